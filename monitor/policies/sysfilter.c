// SPDX-License-Identifier: BSD-2-Clause
/*
 * sysfilter: deny system calls by a list.
 *
 *	sysfilter.deny=CALLS    these; names and numbers: mkdir,mkdirat,400-410
 *	sysfilter.allow=CALLS   all but these
 *	sysfilter.errno=N       the error that a denied call returns, EPERM (1) if not given
 *	sysfilter.action=deny   or kill
 *	sysfilter.learn=1       deny nothing; at power-off, print the calls made as `allow`
 */
#include "lib.h"
#include "vigil/policy.h"

/* A bit for each call: those that Linux has, ARM's own, and one for all that are none. */
#define LINUX	     500u
#define PRIVATE_BASE 0xf0000u
#define PRIVATE	     504u
#define NO_CALL	     500u
#define CALLS	     512u

#define MAX_RUNS 40

static u32 denied[CALLS / 32], seen[CALLS / 32];
static bool learn;
static u32 lists;
static u64 error = 1;
static enum verdict action = DENY;

static u32 index_of(u32 nr)
{
	if (nr < LINUX)
		return nr;
	return nr - PRIVATE_BASE < CALLS - PRIVATE ? PRIVATE + nr - PRIVATE_BASE : NO_CALL;
}

static bool is_denied(u32 i)
{
	return denied[i / 32] >> i % 32 & 1;
}

static enum verdict sysfilter_event(struct event *ev)
{
	u32 i = index_of(ev->nr);

	if (learn)
		__atomic_fetch_or(&seen[i / 32], BIT(i % 32), __ATOMIC_RELAXED);
	if (learn || !is_denied(i))
		return ALLOW;
	ev->value = error;
	return action;
}

/* All are as the list says, or not: what `allow` does not list is denied. */
static int take_list(const char *list, bool deny)
{
	u32 lo, hi;

	if (lists++)
		return -1;
	memset(denied, deny ? 0 : 0xff, sizeof(denied));
	for (;; list++) {
		list = vigil_parse_call(list, &lo, &hi);
		if (!list || hi - lo >= CALLS)
			return -1;
		for (u32 i; lo <= hi; lo++) {
			i = index_of(lo);
			if (i == NO_CALL)
				return -1;
			denied[i / 32] = (denied[i / 32] & ~BIT(i % 32)) | (u32)deny << i % 32;
		}
		if (*list != ',')
			return *list ? -1 : 0;
	}
}

static int sysfilter_option(const char *key, const char *value)
{
	if (!strcmp(key, "deny") || !strcmp(key, "allow"))
		return take_list(value, *key == 'd');
	if (!strcmp(key, "errno")) {
		value = parse_u64(value, &error);
		return value && !*value && error < 4096 ? 0 : -1;
	}
	if (!strcmp(key, "action")) {
		action = strcmp(value, "kill") ? DENY : KILL;
		return action == DENY && strcmp(value, "deny") ? -1 : 0;
	}
	learn = !strcmp(key, "learn") && !strcmp(value, "1");
	return learn ? 0 : -1;
}

static void sysfilter_off(void)
{
	static char list[4096];
	size_t used = 0;

	for (u32 i = 0; learn && i < CALLS; i++) {
		u32 nr = i < PRIVATE ? i : PRIVATE_BASE + i - PRIVATE;
		const char *name = vigil_call_name(nr);
		char number[12];

		format(number, sizeof(number), "%u", nr);
		if (i != NO_CALL && seen[i / 32] >> i % 32 & 1)
			list_add(list, sizeof(list), &used, name ? name : number);
	}
	if (learn)
		printk("@vigil learn sysfilter.allow=%s", list);
}

static int sysfilter_init(void);

VIGIL_POLICY(sysfilter)
= {
	.name = "sysfilter",
	.option = sysfilter_option,
	.init = sysfilter_init,
	.on_event = sysfilter_event,
	.off = sysfilter_off,
	.call_name = vigil_call_name,
};

static int watch(u32 lo, u32 hi)
{
	const struct watch w = {lo, hi, EV_SYSCALL, ACC_SVC};

	return vigil_watch(&sysfilter, &w);
}

/* Only what is denied, by runs of numbers; all, if there are too many of them. */
static int sysfilter_init(void)
{
	u32 runs = 0;

	for (u32 i = 0; i < LINUX; i++)
		runs += is_denied(i) && (!i || !is_denied(i - 1));
	if (learn || runs > MAX_RUNS)
		return watch(0, ~0u);
	for (u32 lo = 0, hi; lo < LINUX; lo = hi + 1) {
		for (hi = lo; hi < LINUX - 1 && is_denied(hi + 1) == is_denied(lo);)
			hi++;
		if (is_denied(lo) && watch(lo, hi))
			return -1;
	}
	return lists ? watch(LINUX, ~0u) : 0;
}
