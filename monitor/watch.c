// SPDX-License-Identifier: BSD-2-Clause
/* Ranges as people write them in options. */
#include "lib.h"
#include "vigil/policy.h"

const char *vigil_parse_range(const char *text, u64 *lo, u64 *hi)
{
	u64 size = 4;

	text = parse_u64(text, lo);
	if (text && *text == '-') {
		text = parse_u64(text + 1, hi);
	} else {
		if (text && *text == '+')
			text = parse_u64(text + 1, &size);
		*hi = *lo + size - 1;
	}
	return text && size && *hi >= *lo ? text : NULL;
}

#define NAME(name, opc1, crn, crm, opc2, ...) {REG_##name, #name},

static const struct {
	u16 nr;
	char name[12];
} names[] = {VIGIL_REGISTERS(NAME)};

const char *vigil_register_name(u64 nr)
{
	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].nr == nr)
			return names[i].name;
	return NULL;
}

/* One register by its name, or all. */
static const char *parse_register(const char *text, u64 *lo, u64 *hi)
{
	size_t len = strchr(text, ',') ? (size_t)(strchr(text, ',') - text) : strlen(text);
	bool all = len == 3 && !strncmp(text, "all", 3);

	for (u32 i = 0; i < ARRAY_SIZE(names); i++) {
		if (!all && (strlen(names[i].name) != len || strncmp(text, names[i].name, len)))
			continue;
		*lo = names[i].nr;
		*hi = all ? names[ARRAY_SIZE(names) - 1].nr : *lo;
		return text + len;
	}
	return NULL;
}

int vigil_watch_list(const struct policy *policy, enum event_kind kind, u8 access, const char *list)
{
	struct watch w = {.kind = (u8)kind, .access = access};

	for (;; list++) {
		list = kind == EV_SYSREG ? parse_register(list, &w.lo, &w.hi)
					 : vigil_parse_range(list, &w.lo, &w.hi);
		if (!list || (*list && *list != ','))
			return -1;
		if (vigil_watch(policy, &w))
			return -1;
		if (!*list)
			return 0;
	}
}
