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

const char *vigil_register_name(u32 nr)
{
	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].nr == nr)
			return names[i].name;
	return NULL;
}

/* The range of one register, by its name. */
static const char *parse_register(const char *text, u64 *nr)
{
	for (u32 i = 0; i < ARRAY_SIZE(names); i++) {
		size_t len = strlen(names[i].name);

		*nr = names[i].nr;
		if (!strncmp(text, names[i].name, len) && (!text[len] || text[len] == ','))
			return text + len;
	}
	return NULL;
}

int vigil_watch_list(const struct policy *policy, enum event_kind kind, u8 access, const char *list)
{
	struct watch w = {.kind = (u8)kind, .access = access};

	for (;; list++) {
		if (kind == EV_SYSREG && *list >= 'A')
			list = parse_register(list, &w.lo), w.hi = w.lo;
		else
			list = vigil_parse_range(list, &w.lo, &w.hi);
		if (!list || (*list && *list != ','))
			return -1;
		if (vigil_watch(policy, &w))
			return -1;
		if (!*list)
			return 0;
	}
}
