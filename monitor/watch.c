// SPDX-License-Identifier: BSD-2-Clause
/* Ranges and names as people write them in options. */
#include "monitor.h"

#define NAME(name, opc1, crn, crm, opc2, ...) {REG_##name, #name},

const struct vigil_name vigil_registers[] = {VIGIL_REGISTERS(NAME){0, NULL}};

const char *vigil_name(const struct vigil_name *names, u64 nr)
{
	for (; names && names->name; names++)
		if (names->nr == nr)
			return names->name;
	return NULL;
}

const char *vigil_parse(const struct vigil_name *names, const char *text, u64 *lo, u64 *hi)
{
	u64 size = names ? 1 : 4, most = names ? ~0u : ~0ull;

	for (const struct vigil_name *n = names; n && n->name; n++) {
		size_t len = strlen(n->name);

		if (strncmp(text, n->name, len) || (text[len] && text[len] != ','))
			continue;
		*lo = *hi = n->nr;
		return text + len;
	}
	/* What numbers registers have is this program's own affair. */
	if (names == vigil_registers)
		return NULL;
	text = parse_u64(text, lo);
	if (text && *text == '-') {
		text = parse_u64(text + 1, hi);
	} else {
		if (text && *text == '+')
			text = parse_u64(text + 1, &size);
		*hi = *lo + size - 1;
	}
	return text && size && *hi >= *lo && *hi <= most ? text : NULL;
}

int vigil_watch_list(const struct policy *by, enum event_kind kind, u8 access, const char *list)
{
	/* Calls without names are single numbers all the same: of an empty list. */
	const struct vigil_name *none = &vigil_registers[ARRAY_SIZE(vigil_registers) - 1];
	const struct vigil_name *names = kind == EV_SYSREG    ? vigil_registers
					 : kind == EV_SYSCALL ? by->calls ?: none
							      : NULL;
	struct watch w = {.hi = ~0u, .kind = kind, .access = access};

	if (!strcmp(list, "all"))
		return vigil_watch(by, &w);
	do {
		list = vigil_parse(names, list, &w.lo, &w.hi);
		if (!list || vigil_watch(by, &w))
			return -1;
	} while (*list++ == ',');
	return list[-1] ? -1 : 0;
}
