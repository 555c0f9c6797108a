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

int vigil_watch_list(const struct policy *policy, enum event_kind kind, u8 access, const char *list)
{
	struct watch w = {.kind = (u8)kind, .access = access};

	for (;; list++) {
		list = vigil_parse_range(list, &w.lo, &w.hi);
		if (!list || (*list && *list != ','))
			return -1;
		if (vigil_watch(policy, &w))
			return -1;
		if (!*list)
			return 0;
	}
}
