// SPDX-License-Identifier: BSD-2-Clause
/*
 * probe: verdicts and values that the shipped policies have no use for, by
 * address, for tests/guest/probe.c. Does nothing without probe.on=1.
 */
#include "vigil/policy.h"

#define DEVICE 0x8000440ull
#define PAGES  0x41060000ull

static bool on;

static const struct watch prrr = {REG_PRRR, REG_PRRR, EV_SYSREG, ACC_READ};
static const struct watch ifsr = {REG_IFSR, REG_IFSR, EV_SYSREG, ACC_WRITE};
static const struct watch later = {PAGES + 0x200000, PAGES + 0x200003, EV_MEMORY, ACC_WRITE};

static enum verdict verdict_value(struct event *ev, enum verdict verdict, u64 value)
{
	ev->replace = true;
	ev->value = value;
	return verdict;
}

static enum verdict probe_call(struct event *ev);

static enum verdict probe_event(struct event *ev)
{
	ev->log = true;
	if (ev->kind == EV_CALL)
		return probe_call(ev);
	if (ev->kind == EV_SYSREG)
		return ev->nr == REG_IFAR	  ? KILL
		       : ev->nr == REG_DFAR ? verdict_value(ev, ALLOW, 0x5a5a5a50)
		       : ev->nr == REG_PRRR ? verdict_value(ev, ALLOW, 0x123)
					    : DENY;
	if (ev->kind == EV_MMIO && ev->ipa < DEVICE + 12 && ev->access == ACC_READ) {
		if (ev->ipa == DEVICE)
			return DENY;
		return ev->ipa == DEVICE + 4 ? verdict_value(ev, DENY, 0x12345678)
					     : verdict_value(ev, ALLOW, 0x9abcdef0);
	}
	if (ev->kind == EV_MMIO)
		return ev->ipa == DEVICE + 12 ? verdict_value(ev, ALLOW, 0x21)
					      : verdict_value(ev, DENY, 0x66);
	if (ev->access == ACC_EXEC)
		return ev->ipa == PAGES + 0x1010 ? KILL : DENY;
	switch (ev->ipa - PAGES) {
	case 0:
		return verdict_value(ev, ALLOW, 0xfeedf00d);
	case 4:
		return DENY;
	case 8:
		return KILL;
	case 12:
		return ev->access == ACC_READ ? ALLOW : verdict_value(ev, ALLOW, 0x5ca1ab1e);
	case 16:
		return ev->access == ACC_READ ? ALLOW : verdict_value(ev, DENY, 0xbadbadba);
	case 24:
		return verdict_value(ev, ALLOW, 0x1122334455667788);
	case 32:
		return ev->access == ACC_READ ? ALLOW : HALT;
	default:
		return DENY;
	}
}

static int probe_option(const struct policy *self, const char *key, const char *value)
{
	(void)self;
	on = !strcmp(key, "on") && !strcmp(value, "1");
	return on ? 0 : -1;
}

static int probe_init(const struct policy *self)
{
	const struct watch watches[] = {
		{DEVICE, DEVICE + 11, EV_MMIO, ACC_READ},
		{DEVICE + 12, DEVICE + 19, EV_MMIO, ACC_WRITE},
		{PAGES, PAGES + 0xfff, EV_MEMORY, ACC_READ},
		{PAGES + 12, PAGES + 39, EV_MEMORY, ACC_WRITE},
		{PAGES + 0x1000, PAGES + 0x1fff, EV_MEMORY, ACC_EXEC},
		{0xc0000000, 0xc000ffff, EV_CALL, ACC_SMC | ACC_HVC},
		ifsr,
		{REG_DFAR, REG_IFAR, EV_SYSREG, ACC_WRITE},
		{REG_CPACR, REG_CPACR, EV_SYSREG, ACC_READ},
		prrr,
	};

	for (u32 i = 0; on && i < ARRAY_SIZE(watches); i++)
		if (vigil_watch(self, &watches[i]))
			return -1;
	return 0;
}

VIGIL_POLICY(probe, .option = probe_option, .init = probe_init, .on_event = probe_event);

/* The guest asks for watches by calls, as no sound policy would let it. */
static enum verdict probe_call(struct event *ev)
{
	struct watch w = {ev->arg[0], (u64)ev->arg[0] + 3, EV_MEMORY, ACC_WRITE};
	int done;

	switch (ev->nr) {
	case 0xc0000001:
		return DENY;
	case 0xc0000002:
		return verdict_value(ev, DENY, 0x1234);
	case 0xc0000003:
		return verdict_value(ev, ALLOW, 0x4321);
	case 0xc0000010:
		done = vigil_watch(&probe_policy, &later);
		break;
	case 0xc0000011:
		done = vigil_unwatch(&probe_policy, &later);
		break;
	case 0xc0000015:
		done = vigil_unwatch(&probe_policy, &prrr) || vigil_unwatch(&probe_policy, &ifsr);
		break;
	case 0xc0000014:
		w.lo = w.hi = REG_DACR;
		w.kind = EV_SYSREG;
		/* fall through */
	default:
		done = vigil_watch(&probe_policy, &w);
	}
	ev->log = false;
	return verdict_value(ev, ALLOW, (u32)done);
}
