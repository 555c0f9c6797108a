// SPDX-License-Identifier: BSD-2-Clause
/* Ranges as people write them in options. */
#include "monitor.h"

const char *parse_span(const char *text, u64 size, u64 *lo, u64 *hi)
{
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

const char *vigil_parse_range(const char *text, u64 *lo, u64 *hi)
{
	return parse_span(text, 4, lo, hi);
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

/* One register by its name. */
static const char *parse_register(const char *text, u64 *lo, u64 *hi)
{
	const char *end = strchr(text, ',');
	size_t len = end ? (size_t)(end - text) : strlen(text);

	for (u32 i = 0; i < ARRAY_SIZE(names); i++) {
		if (strlen(names[i].name) != len || strncmp(text, names[i].name, len))
			continue;
		*lo = *hi = names[i].nr;
		return text + len;
	}
	return NULL;
}

int watch_list(const struct policy *policy, enum event_kind kind, u8 access, const char *list,
	       const char *(*parse)(const char *text, u64 *lo, u64 *hi))
{
	struct watch w = {.kind = (u8)kind, .access = access};

	if (!strcmp(list, "all")) {
		w.hi = ~0u;
		return vigil_watch(policy, &w);
	}
	for (;; list++) {
		list = parse(list, &w.lo, &w.hi);
		if (!list || (*list && *list != ',') || vigil_watch(policy, &w))
			return -1;
		if (!*list)
			return 0;
	}
}

int vigil_watch_list(const struct policy *policy, enum event_kind kind, u8 access, const char *list)
{
	return watch_list(policy, kind, access, list,
			  kind == EV_SYSREG ? parse_register : vigil_parse_range);
}
