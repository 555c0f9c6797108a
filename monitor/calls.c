// SPDX-License-Identifier: BSD-2-Clause
/* System calls by name. Linked only if a policy asks: the names take 6 KB. */
#include "monitor.h"
#include "syscalls.h" /* made by tools/syscalls */

#define PRIVATE_BASE 0xf0000u /* Linux' calls that only ARM has */

static const struct {
	u32 base;
	const char *names;
	const char *end;
} tables[] = {
	{0, call_names, call_names + sizeof(call_names) - 1},
	{PRIVATE_BASE, private_names, private_names + sizeof(private_names) - 1},
};

const char *vigil_call_name(u32 nr)
{
	for (u32 i = 0; i < ARRAY_SIZE(tables); i++) {
		const char *name = tables[i].names;

		for (u32 n = tables[i].base; name < tables[i].end; name += strlen(name) + 1)
			if (n++ == nr)
				return *name ? name : NULL;
	}
	return NULL;
}

static bool call_number(const char *text, size_t len, u32 *nr)
{
	for (u32 i = 0; len && i < ARRAY_SIZE(tables); i++) {
		const char *name = tables[i].names;

		*nr = tables[i].base;
		for (; name < tables[i].end; name += strlen(name) + 1, ++*nr)
			if (strlen(name) == len && !memcmp(name, text, len))
				return true;
	}
	return false;
}

const char *vigil_parse_call(const char *text, u32 *lo, u32 *hi)
{
	const char *end = strchr(text, ',');
	size_t len = end ? (size_t)(end - text) : strlen(text);
	u64 first, last;

	if (call_number(text, len, lo)) {
		*hi = *lo;
		return text + len;
	}
	text = parse_u64(text, &first);
	last = first;
	if (text && *text == '-')
		text = parse_u64(text + 1, &last);
	if (!text || first > last || last > ~0u)
		return NULL;
	*lo = (u32)first;
	*hi = (u32)last;
	return text;
}

int vigil_watch_calls(const struct policy *policy, const char *list)
{
	for (;; list++) {
		struct watch w = {.kind = EV_SYSCALL, .access = ACC_SVC};
		u32 lo, hi;

		list = vigil_parse_call(list, &lo, &hi);
		if (!list)
			return -1;
		w.lo = lo;
		w.hi = hi;
		if (vigil_watch(policy, &w))
			return -1;
		if (*list != ',')
			return *list ? -1 : 0;
	}
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
