// SPDX-License-Identifier: BSD-2-Clause
/* System calls by name. Linked only if a policy asks: the names take 16 KB. */
#include "monitor.h"
#include "syscalls.h" /* calls[], made by tools/syscalls */

const char *vigil_call_name(u32 nr)
{
	for (u32 i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].nr == nr)
			return calls[i].name;
	return NULL;
}

const char *vigil_parse_call(const char *text, u64 *lo, u64 *hi)
{
	const char *end = strchr(text, ',');
	size_t len = end ? (size_t)(end - text) : strlen(text);

	for (u32 i = 0; i < ARRAY_SIZE(calls); i++) {
		if (!len || strncmp(calls[i].name, text, len) || calls[i].name[len])
			continue;
		*lo = *hi = calls[i].nr;
		return text + len;
	}
	text = parse_span(text, 1, lo, hi);
	return text && *hi <= ~0u ? text : NULL;
}

int vigil_watch_calls(const struct policy *policy, const char *list)
{
	return watch_list(policy, EV_SYSCALL, ACC_SVC, list, vigil_parse_call);
}

bool vigil_rate(struct vigil_rate *rate, u32 most)
{
	u64 now = counter(), start = rate->start;

	/* Several CPUs may pass a second's end at once: a few more then get through. */
	if (now - start >= counter_hz()) {
		rate->start = now;
		rate->count = 0;
	}
	return atomic_inc(&rate->count) <= most;
}
