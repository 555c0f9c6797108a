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

int watch_list(const struct policy *policy, enum event_kind kind, u8 access, const char *list,
	       const char *(*parse)(const char *text, u64 *lo, u64 *hi))
{
	struct watch w = {.kind = (u8)kind, .access = access};

	if (!strcmp(list, "all"))
		list = "0-0xffffffff";
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
	return watch_list(policy, kind, access, list, vigil_parse_range);
}
