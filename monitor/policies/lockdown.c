// SPDX-License-Identifier: BSD-2-Clause
/*
 * lockdown: once the kernel has made its own text read-only, keep it so.
 *
 *	lockdown.patch=allow   the kernel's text may patch text through its fixmap; logged
 *	lockdown.patch=deny    nothing may
 */
#include "vigil/policy.h"

#define SCTLR_M BIT(0)
/* M, V, WXN, UWXN, EE, TRE, AFE, TE */
#define SCTLR_PINNED (SCTLR_M | BIT(13) | BIT(19) | BIT(20) | BIT(25) | BIT(28) | BIT(29) | BIT(30))
#define SCTLR_V	     BIT(13)

/* Where Linux maps a page that it patches. */
#define FIXMAP	    0xffc00000u
#define FIXMAP_SIZE 0x300000u

#define MAX_TEXT 0x8000000u

static const u16 pinned[] = {REG_SCTLR, REG_TTBCR, REG_TTBR1, REG_VBAR};
static u64 pins[ARRAY_SIZE(pinned)];
static u32 starting, locked;
static bool no_patches;
static struct watch text;

/* Where this address is, if the kernel may read there and not write. */
static u64 read_only(u32 va)
{
	u64 pa = vigil_translate(va, false);

	return vigil_translate(va, true) == VIGIL_NOWHERE ? pa : VIGIL_NOWHERE;
}

static int protect(u32 va, struct watch *watch);

/*
 * A CPU that comes up sets its registers with its MMU off. It turns it on with all of them as
 * they are on the others, or not at all; but nobody sets a VBAR that SCTLR.V leaves unused.
 */
static enum verdict register_event(const struct event *ev)
{
	bool on = vigil_register(REG_SCTLR) & SCTLR_M;
	bool turns_on = !on && ev->nr == REG_SCTLR && (ev->value & SCTLR_M);
	u64 dacr = ev->nr == REG_DACR ? ev->value : turns_on ? vigil_register(REG_DACR) : 0;

	/* A manager of a domain is not held to what its pages permit. */
	if (dacr & dacr >> 1 & 0x55555555)
		return DENY;
	for (u32 i = 0; i < ARRAY_SIZE(pinned); i++) {
		u32 nr = pinned[i];
		u64 change;

		if (turns_on ? nr == REG_VBAR && (pins[0] & SCTLR_V) : !on || ev->nr != nr)
			continue;
		change = (ev->nr == nr ? ev->value : vigil_register(nr)) ^ (on ? ev->old : pins[i]);
		if (nr == REG_SCTLR)
			change &= SCTLR_PINNED;
		/* T0SZ, EPD0, A1, with EAE: Linux 6.10 and later keeps itself from user memory. */
		if (nr == REG_TTBCR && pins[i] >> 31)
			change &= ~(7u | BIT(7) | BIT(22));
		if (change)
			return DENY;
	}
	return ALLOW;
}

/* What is protected was written to: text may patch text, by its own page tables' fixmap. */
static enum verdict memory_event(struct event *ev)
{
	u64 pc = vigil_translate(ev->pc, false);

	ev->log = true;
	if (no_patches || !(ev->cpsr & 0xf) || ev->va - FIXMAP >= FIXMAP_SIZE)
		return DENY;
	return pc >= text.lo && pc <= text.hi ? ALLOW : DENY;
}

static enum verdict lockdown_event(struct event *ev)
{
	struct watch vectors;

	if (ev->kind == EV_MEMORY)
		return memory_event(ev);
	if (__atomic_load_n(&locked, __ATOMIC_ACQUIRE))
		return register_event(ev);
	/*
	 * User space is about to start: Linux has made its text read-only, which it does right
	 * before. That the PC shows it means that this is the kernel's text.
	 */
	if (ev->nr != REG_TTBR0 || read_only(ev->pc) == VIGIL_NOWHERE ||
	    __atomic_exchange_n(&starting, 1, __ATOMIC_RELAXED))
		return ALLOW;
	for (u32 i = 0; i < ARRAY_SIZE(pinned); i++)
		pins[i] = vigil_register(pinned[i]);
	ev->log = true;
	if (protect(ev->pc, &text) || ((pins[0] & SCTLR_V) && protect(0xffff0000, &vectors)))
		return HALT;
	__atomic_store_n(&locked, 1, __ATOMIC_RELEASE);
	return ALLOW;
}

static int lockdown_option(const struct policy *self, const char *key, const char *value)
{
	(void)self;
	no_patches = !strcmp(value, "deny");
	return !strcmp(key, "patch") && (no_patches || !strcmp(value, "allow")) ? 0 : -1;
}

static const struct watch watches[] = {
	{REG_SCTLR, REG_SCTLR, EV_SYSREG, ACC_WRITE},
	{REG_TTBR0, REG_DACR, EV_SYSREG, ACC_WRITE}, /* and what is between them */
	{REG_VBAR, REG_VBAR, EV_SYSREG, ACC_WRITE},
	{.access = 0},
};

VIGIL_POLICY(lockdown, .watches = watches, .option = lockdown_option, .on_event = lockdown_event);

/* Keep from writes what lies around this page, in one piece and read-only for the kernel. */
static int protect(u32 va, struct watch *watch)
{
	u32 lo = ALIGN_DOWN(va, PAGE_SIZE), hi = lo;
	u64 offset = read_only(lo) - lo;

	while (hi - lo < MAX_TEXT && read_only(lo - PAGE_SIZE) == lo - PAGE_SIZE + offset)
		lo -= PAGE_SIZE;
	while (hi - lo < MAX_TEXT && read_only(hi + PAGE_SIZE) == hi + PAGE_SIZE + offset)
		hi += PAGE_SIZE;
	*watch = (struct watch){lo + offset, hi + offset + PAGE_SIZE - 1, EV_MEMORY, ACC_WRITE};
	return vigil_watch(&lockdown_policy, watch);
}
