// SPDX-License-Identifier: BSD-2-Clause
/*
 * Every form of access, on each kind of target. What is right is not written
 * down here: each form first runs on RAM that nobody watches, and has to leave
 * the same registers and the same memory behind on the target.
 */
#include "guest.h"

/* tests/boot/test_guest.py has these in its options. */
#define PLAIN	   0x41080000u /* watched by nobody */
#define LOG_WRITE  0x41000000u
#define LOG_READ   0x41010000u
#define GUARDED	   0x41020000u
#define LOG_BOTH   0x41030000u
#define QUIET	   0x410a0000u
#define DEVICE	   0x08000440u /* GICD_IPRIORITYR: bytes that keep what is written */
#define GUARDED_DEVICE 0x08000480u
#define QUIET_DEVICE   0x080004c0u /* same page, but no policy's */

#define WINDOW 32 /* bytes that a form can reach */

enum { LOGS_READ = 1, LOGS_WRITE = 2, DENIES_WRITE = 4, IS_DEVICE = 8 };

struct target {
	const char *name;
	u32 addr;
	u32 does;
};

static const u8 modes[] = {SVC, USR, SYS, FIQ, IRQ, ABT, UND};
static const char *const mode_names[] = {"svc", "usr", "sys", "fiq", "irq", "abt", "und"};

static u32 address(const struct target *t)
{
	return mmu_on ? t->addr | ALIAS : t->addr;
}

static u32 window_of(const struct target *t, const struct form *f, u32 addr)
{
	/* At the page's end when crossing it is the point. */
	if (f->flags & F_RAM && !(t->does & IS_DEVICE) && f->size != 8)
		return addr + 0x1000 - 4;
	return addr;
}

static const char *verdict_of(const struct target *t, const struct form *f)
{
	bool deny = f->write && t->does & DENIES_WRITE;

	if (option_is("mode", "monitor"))
		return deny ? "allow would=deny" : "allow";
	return deny ? "deny" : "allow";
}

static bool logged(const struct target *t, const struct form *f)
{
	return t->does & (f->write ? LOGS_WRITE | DENIES_WRITE : LOGS_READ);
}

/* Lines for what the log has to have. Element values are those of `ref`. */
static void expect(const struct target *t, const struct form *f, u32 ipa, const u8 *ref, u32 mode,
		   bool first_only)
{
	const char *kind = t->does & IS_DEVICE ? "mmio" : "mem";
	u32 step = f->size, n = first_only ? 1 : f->count;

	if (!logged(t, f))
		return;
	for (u32 i = 0; i < n; i++) {
		u32 off = f->off + i * f->size, size = f->size;
		u64 val = 0;

		/* An element across a page comes byte by byte. */
		if ((ipa + off) % 0x1000 + size > 0x1000)
			step = 1;
		for (u32 b = 0; b < size; b += step) {
			val = 0;
			for (u32 j = 0; j < step; j++)
				val |= (u64)ref[off + b + j] << (8 * j);
			print("expect 1 %s %c%u %s ipa=%x val=%llx va=%x mode=%s pc=%x\n", kind,
			      f->write ? 'w' : 'r', step, verdict_of(t, f), ipa + off + b, val,
			      ipa + off + b + (mmu_on ? ALIAS : 0), mode_names[mode], f->at);
			if (first_only)
				break;
		}
	}
}

static void prepare(struct regs *in, const struct form *f, u32 addr, u32 mode)
{
	/* Z and N set, V set: EQ and GE pass, NE and LT fail. */
	in->cpsr = modes[mode] | MASKED | 0xd0000000;
	for (u32 i = 0; i < 15; i++)
		in->r[i] = 0x9e3779b9 * (i + 1);
	in->r[2] = 8;
	in->r[f->base] = addr + f->boff;
}

static void set_window(u32 addr, const struct form *f)
{
	if (f->flags & F_PC) {
		for (u32 i = 0; i < WINDOW / 4; i++)
			((volatile u32 *)addr)[i] = (u32)form_done;
		return;
	}
	fill((void *)addr, WINDOW, f->at);
}

static const char *compare(const struct form *f, const struct result *ref, const struct result *out,
			   u32 from, u32 to, u32 *bad)
{
	for (u32 i = 0; i < 15; i++) {
		u32 a = ref->r[i], b = out->r[i];

		if (i == f->base && !(f->flags & F_INTO && !f->write)) {
			a -= from;
			b -= to;
		}
		*bad = i;
		if (a != b)
			return "register";
	}
	*bad = out->cpsr;
	return (ref->cpsr ^ out->cpsr) & 0xf80fffff & ~0x200u ? "CPSR" : NULL;
}

/* Nothing may have changed: a denied or refused instruction has no effect. */
static const char *aborted(const struct form *f, const struct regs *in, const struct result *out,
			   u32 addr, u32 *bad)
{
	*bad = out->exc;
	if (out->exc != EXC_DATA)
		return "exception";
	*bad = out->dfsr;
	if (!fault_is(out->dfsr, FSR_EXTERNAL, f->write))
		return "DFSR";
	*bad = out->dfar;
	if (out->dfar != addr + f->off)
		return "DFAR";
	*bad = out->pc;
	if (out->pc != f->at + 8)
		return "LR";
	*bad = out->spsr;
	if ((out->spsr ^ in->cpsr) & 0xf800011f || !(out->spsr & 0x20) != !(f->flags & F_THUMB))
		return "SPSR";
	*bad = out->entry;
	if ((out->entry & 0x3ff) != (ABT | MASKED))
		return "CPSR at the vector";
	for (u32 i = 0; i < 15; i++) {
		*bad = i;
		if (i == 14 && (in->cpsr & 0x1f) == ABT)
			continue;
		/* What stands before it in its IT block has run. */
		if (out->r[i] != in->r[i] && !(f->flags & F_THUMB && i == 6))
			return "register";
	}
	return NULL;
}

static bool same_memory(const u8 *a, const u8 *b)
{
	for (u32 i = 0; i < WINDOW; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

static void read_window(u32 addr, u8 *to)
{
	for (u32 i = 0; i < WINDOW; i += 4) {
		u32 v = ((volatile u32 *)addr)[i / 4];

		for (u32 j = 0; j < 4; j++)
			to[i + j] = (u8)(v >> (8 * j));
	}
}

/* Around a form: as one line, for what fills and reads back is not the point. */
static void expect_words(const struct target *t, u32 ipa, char access, const char *verdict)
{
	print("expect %u %s %c4 %s lo=%x hi=%x mode=svc\n", WINDOW / 4,
	      t->does & IS_DEVICE ? "mmio" : "mem", access, verdict, ipa, ipa + WINDOW - 1);
}

static void one(const struct target *t, const struct form *f, u32 mode)
{
	u8 before[WINDOW], have[WINDOW], want[WINDOW] __attribute__((aligned(4)));
	u32 ref_at = window_of(t, f, PLAIN), at = window_of(t, f, address(t)), bad = 0;
	u32 ipa = window_of(t, f, t->addr);
	bool monitor = option_is("mode", "monitor");
	bool denied = f->write && t->does & DENIES_WRITE && !monitor;
	bool aborts = !(f->flags & F_FAILS) &&
		      (f->flags & F_REFUSED || (denied && !(t->does & IS_DEVICE)));
	/* VFP needs no access here when the monitor lets it run natively. */
	struct result ref = {0}, out = {0};
	const char *wrong;
	struct regs in;

	set_window(ref_at, f);
	read_window(ref_at, before);
	prepare(&in, f, ref_at, mode);
	if (!(f->flags & F_REFUSED))
		run_code(&in, &ref, f->code);
	read_window(ref_at, want);
	if (f->flags & F_INTO && f->write)
		*(u32 *)(want + f->off) = at + f->boff; /* stores its own base */

	/* The target is filled the same; guarded ones hold what they held. */
	if (t->does & DENIES_WRITE && !monitor) {
		read_window(at, before);
	} else {
		set_window(at, f);
		if (t->does & (LOGS_WRITE | DENIES_WRITE))
			expect_words(t, ipa, 'w', monitor && t->does & DENIES_WRITE ?
							  "allow would=deny" : "allow");
	}
	prepare(&in, f, at, mode);
	run_code(&in, &out, f->code);
	if (f->flags & F_REFUSED)
		print("expect 1 %s %c0 deny ipa=%x va=%x mode=%s pc=%x\n",
		      t->does & IS_DEVICE ? "mmio" : "mem", f->write ? 'w' : 'r', ipa, at,
		      mode_names[mode], f->at);
	else if (!(f->flags & F_FAILS))
		expect(t, f, ipa, want, mode, aborts);
	if (aborts) {
		wrong = aborted(f, &in, &out, at, &bad);
	} else if (out.exc) {
		wrong = "exception";
		bad = out.exc;
	} else {
		wrong = compare(f, &ref, &out, ref_at, at, &bad);
	}
	read_window(at, have);
	if (t->does & LOGS_READ)
		expect_words(t, ipa, 'r', "allow");
	if (!wrong && !same_memory(have, denied || aborts ? before : want))
		wrong = "memory";
	print("%s: %s, ", t->name, mode_names[mode]);
	check(!wrong, f->name, "%s: %x; exception %u DFSR %x DFAR %x", wrong, bad, out.exc,
	      out.dfsr, out.dfar);
}

/* Where a form traps at all, and is to do so. */
static bool fits(const struct target *t, const struct form *f, u32 mode)
{
	bool traps = t->does & IS_DEVICE || t->does & LOGS_READ ||
		     (f->write && t->does & (LOGS_WRITE | DENIES_WRITE));

	if (f->flags & F_RAM && t->does & IS_DEVICE)
		return false;
	/* With the MMU off all is Strongly-ordered, and must be aligned. */
	if (f->flags & F_RAM && !mmu_on)
		return false;
	if (f->flags & F_REFUSED && !traps)
		return false;
	/* Reads of a guarded device are emulated too, but have no data of ours. */
	if (t->does & DENIES_WRITE && (!f->write || f->flags & F_PC) && !option_is("mode", "monitor"))
		return false;
	return mode <= 1 || f->flags & F_BANKED;
}

static void run_target(const struct target *t)
{
	MCR(15, 0, 1, 0, 2, 0xf << 20); /* CPACR: VFP */
	isb();
	__asm__ volatile(".fpu vfpv3-d16\n vmsr fpexc, %0" ::"r"(0x40000000));
	for (u32 mode = 0; mode < ARRAY_SIZE(modes); mode++)
		for (const struct form *f = forms; f < forms_end; f++)
			if (fits(t, f, mode))
				one(t, f, mode);
}

GROUP(device)
{
	run_target(&(struct target){"device", DEVICE, IS_DEVICE | LOGS_READ | LOGS_WRITE});
	run_target(&(struct target){"quiet device", QUIET_DEVICE, IS_DEVICE});
}

GROUP(guarded_device)
{
	run_target(&(struct target){"guarded device", GUARDED_DEVICE, IS_DEVICE | DENIES_WRITE});
}

GROUP(ram)
{
	run_target(&(struct target){"log.write", LOG_WRITE, LOGS_WRITE});
	run_target(&(struct target){"log.read", LOG_READ, LOGS_READ});
	run_target(&(struct target){"log both", LOG_BOTH, LOGS_READ | LOGS_WRITE});
}

/* With tests/policies/quiet.c. */
GROUP(quiet)
{
	run_target(&(struct target){"allowed device", DEVICE, IS_DEVICE});
	run_target(&(struct target){"allowed RAM", QUIET, 0});
}

GROUP(guarded_ram)
{
	run_target(&(struct target){"guard.memory", GUARDED, DENIES_WRITE});
}
