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
#include "vigil/policy.h"

/* A bit for each call: those that Linux has, ARM's own from PRIVATE on, one for what is none. */
#define NO_CALL	     500u
#define PRIVATE	     504u
#define PRIVATE_BASE 0xf0000u
#define CALLS	     512u

/* Lists of more are better asked about than searched for. */
#define MAX_LIST 40

static u8 listed[CALLS], seen[CALLS];
static bool learn, deny;
static u64 error = 1;
static enum verdict action = DENY;

static u32 index_of(u64 nr)
{
	if (nr < NO_CALL)
		return (u32)nr;
	return nr - PRIVATE_BASE < CALLS - PRIVATE ? PRIVATE + (u32)nr - PRIVATE_BASE : NO_CALL;
}

static enum verdict sysfilter_event(struct event *ev)
{
	u32 i = index_of(ev->nr);

	seen[i] = true;
	if (learn || listed[i] != deny)
		return ALLOW;
	ev->value = error;
	return action;
}

static void sysfilter_off(void)
{
	static char list[4096];

	*list = '\0';
	for (u32 i = 0; i < CALLS; i++) {
		u32 nr = i < PRIVATE ? i : PRIVATE_BASE + i - PRIVATE;
		const char *name = vigil_name(vigil_calls, nr);
		char number[12];

		format(number, sizeof(number), "%u", nr);
		if (seen[i] && i != NO_CALL)
			list_add(list, sizeof(list), name ? name : number);
	}
	if (learn)
		vigil_print("learn sysfilter.allow=%s", list);
}

static int take_list(const struct policy *self, const char *key, const char *list)
{
	static u32 lists;
	const char *end = list;
	u32 n = 0;
	u64 lo, hi;

	if (lists++)
		return -1;
	deny = !strcmp(key, "deny");
	do {
		end = vigil_parse(vigil_calls, end, &lo, &hi);
		for (; end && lo <= hi && !listed[NO_CALL]; lo++)
			listed[index_of(lo)] = true;
		n++;
	} while (end && *end++ == ',');
	if (!end || end[-1] || listed[NO_CALL])
		return -1;
	return vigil_watch_list(self, EV_SYSCALL, ACC_SVC, deny && n <= MAX_LIST ? list : "all");
}

static int sysfilter_option(const struct policy *self, const char *key, const char *value)
{
	if (!strcmp(key, "deny") || !strcmp(key, "allow"))
		return take_list(self, key, value);
	if (!strcmp(key, "errno")) {
		value = parse_u64(value, &error);
		return value && !*value && error < 4096 ? 0 : -1;
	}
	if (!strcmp(key, "action")) {
		action = strcmp(value, "kill") ? DENY : KILL;
		return action == DENY && strcmp(value, "deny") ? -1 : 0;
	}
	learn = !strcmp(key, "learn") && !strcmp(value, "1");
	return learn ? vigil_watch_list(self, EV_SYSCALL, ACC_SVC, "all") : -1;
}

VIGIL_POLICY(sysfilter, .option = sysfilter_option, .on_event = sysfilter_event,
	     .off = sysfilter_off, .calls = vigil_calls);
