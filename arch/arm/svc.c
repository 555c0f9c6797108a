// SPDX-License-Identifier: BSD-2-Clause
/*
 * System calls. A hardware breakpoint on the guest's SVC vector comes to Hyp mode by HDCR.TDE
 * (ARM ARM C3, C4): the guest has taken its exception, r0-r7 are still the caller's. There
 * are two vectors, low (VBAR) and high, and a breakpoint on each, so that SCTLR.V need not be
 * trapped: what counts is the one that is active at the hit. Writes of VBAR are trapped.
 *
 * To go on, the instruction at the vector is carried out here: the breakpoint stays armed, and
 * nothing can slip past it. What it loads is read each time, where the guest's own tables say.
 */
#include "trap.h"

/* CP14, C11.11. Breakpoint and watchpoint n have CRm n. */
#define read_dbg(nr)	 read_as(u32, "mrc p14" SR_OPERANDS, SR_FIELDS(nr))
#define write_dbg(nr, v) write_as(u32, "mcr p14" SR_OPERANDS, nr, v)
#define DBG_VCR		 VIGIL_REG(0, 0, 7, 0)
#define DBG_DSCR	 VIGIL_REG(0, 0, 2, 2)
#define DBG_OSLAR	 VIGIL_REG(0, 1, 0, 4)
#define DBG_OSDLR	 VIGIL_REG(0, 1, 3, 4)
#define DBG_BVR(n)	 VIGIL_REG(0, 0, n, 4)
#define DBG_BCR(n)	 VIGIL_REG(0, 0, n, 5)
#define BCR_PL1		 0x41e3u /* enabled, Non-secure PL1 only, all four bytes */
#define SVC_SLOT	 8u
#define HIGH_VECTORS	 0xffff0000u
#define VECTOR_NONE	 1u /* no address of an instruction */

/* Syndromes of the aborts that following a vector can end in. */
#define FETCH (0x20u << 26)
#define LOAD  (0x24u << 26)

static u32 active_vector(void)
{
	u32 base = read_sr(REG_SCTLR) & SCTLR_V ? HIGH_VECTORS : read_sr(REG_VBAR) & ~0x1fu;

	return base + SVC_SLOT;
}

/* It takes effect by the exception return to the guest, a context synchronization. */
void svc_arm(void)
{
	write_dbg(DBG_BVR(0), (read_sr(REG_VBAR) & ~0x1fu) + SVC_SLOT);
	this_cpu()->vector.va[0] = VECTOR_NONE;
	isb(); /* what follows walks by what has just been written (B3.15.5) */
	if (option_svc == 'v')
		vector_follow(active_vector());
}

void __cold svc_start(struct frame *f)
{
	/* Both locks off, C7; then nothing of the debug logic is UNKNOWN any more. */
	write_dbg(DBG_OSLAR, 0);
	write_dbg(DBG_OSDLR, 0);
	isb();
	debug_clear();
	write_dbg(DBG_VCR, 0);
	write_dbg(DBG_DSCR, read_dbg(DBG_DSCR) | (option_svc == 'v' ? 0 : BIT(15))); /* MDBGEN */
	write_dbg(DBG_BVR(0), (uintptr_t)debug_clear);
	write_dbg(DBG_BCR(0), BCR_PL1);
	write_dbg(DBG_BVR(1), HIGH_VECTORS + SVC_SLOT);
	write_dbg(DBG_BCR(1), BCR_PL1);
	write_sr(SR_HDCR, read_sr(SR_HDCR) | 0xf00); /* TDE, and what it asks for: TD*A */
	/* For one instruction, the monitor's own, that traps whatever comes of the test. */
	write_sr(SR_HCR, read_sr(SR_HCR) & ~HCR_VM);
	this_cpu()->vector.to = f->pc | (f->cpsr & CPSR_T ? 1 : 0);
	guest_jump(f, (uintptr_t)debug_clear);
}

/*
 * Read one of the words, by the guest's tables and memory as they are now, and remember how. Where
 * there is no RAM, or none that the guest itself may read at once, it is at NULL.
 */
static bool look(struct frame *f, struct vector *v, u32 i, u32 va)
{
	phys_addr ipa;
	u64 word;

	/* Before it is asked for: if it changes in between, the next time sees that. */
	v->par[i] = guest_walk(va, 1, false);
	ipa = guest_translate(va, 1, false);
	if (ipa & NO_IPA) {
		inject_abort(f, i ? LOAD : FETCH, va, (u32)ipa);
		return false;
	}
	word = stage2_lookup(ipa) & S2_READ ? ram_load(WINDOW_VECTOR + i, ipa, sizeof(u32)) : ~0ull;
	v->at[i] = word >> 32 ? NULL : (const u32 *)window_map(WINDOW_VECTOR + i, ipa);
	v->seen[i] = ipa == hvc_vector.at ? hvc_vector.was : (u32)word;
	return true;
}

/* Carry out the instruction at the vector. */
static void __cold follow(struct frame *f)
{
	struct vector *v = &this_cpu()->vector;
	u32 thumb = f->cpsr & CPSR_T ? 1 : 0, sctlr = read_sr(REG_SCTLR), opcode, target;

	v->va[0] = VECTOR_NONE;
	v->at[1] = NULL;
	if (!look(f, v, 0, f->pc))
		return;
	/* In memory, a T32 instruction's first half comes first. */
	opcode = thumb ? v->seen[0] << 16 | v->seen[0] >> 16 : v->seen[0];
	if (vector_decode(opcode, thumb, f->pc, &v->va[1]) && !look(f, v, 1, v->va[1]))
		return;
	/* There is no way to go on that could not be a way around the breakpoint. */
	if (!v->at[0] || !v->at[1]) {
		refuse(f, EV_SYSCALL, ACC_EXEC, 4, opcode, 0);
		inject_undef(f);
		return;
	}
	target = f->cpsr & CPSR_E ? __builtin_bswap32(v->seen[1]) : v->seen[1];
	/* To do so again: in cached memory, and to the same instruction set. */
	if (sctlr & SCTLR_M && sctlr & SCTLR_C && (target & (thumb ? 1 : 3)) == thumb)
		v->va[0] = f->pc;
	v->sctlr = sctlr;
	v->to = target - thumb;
	guest_jump(f, target);
}

/* The same translations lead to the same two words. */
static inline bool unchanged(const struct vector *v)
{
	return guest_walk(v->va[0], 1, false) == v->par[0] && *v->at[0] == v->seen[0] &&
	       guest_walk(v->va[1], 1, false) == v->par[1] && *v->at[1] == v->seen[1];
}

/* A verdict, or a record: as call_made(). */
static bool __cold call_settled(struct frame *f, struct event *ev)
{
	event_finish(ev);
	if (ev->verdict == ALLOW && !ev->absent) {
		if (ev->replace)
			memcpy(&f->r[ev->indirect], ev->arg, (7 - ev->indirect) * sizeof(u32));
		return true;
	}
	*(u64 *)&f->pc = *(u64 *)&ev->pc; /* back at it */
	if (ev->verdict == DENY) {
		f->pc += ev->cpsr & CPSR_T ? 2 : 4;
		f->r[0] = -(u32)ev->value;
	} else if (!ev->absent) { /* else the guest tries again */
		inject_undef(f);
	}
	return false;
}

/* Ask about a call. Returns true if it is to be made; else the guest is where it goes on. */
static bool __noinline call_made(struct frame *f, const struct policy *watcher)
{
	u32 lr = read_banked(LR_svc), spsr = read_banked(SPSR_svc);
	struct event ev;

	/*
	 * The kernel's own, or a jump to the vector. A guest's SPSR may hold any mode at all: to
	 * return to a reserved one is UNPREDICTABLE (B1.9), and may be a way into Hyp mode.
	 */
	if ((spsr & CPSR_MODE) != MODE_USR)
		return true;
	event_start(&ev, f, EV_SYSCALL, ACC_SVC, 4, f->r[7]);
	ev.pc = lr - 4 + (spsr & CPSR_T) / 16; /* 2 in Thumb state */
	ev.cpsr = spsr;
	ev.value = 1; /* EPERM */
	/* By LDM and STM, and not by a call. */
	__builtin_memcpy(ev.arg, __builtin_assume_aligned(f->r, 4), sizeof(ev.arg));
	return likely(!monitor_ask_number(&ev, watcher)) || call_settled(f, &ev);
}

/* The self-test is over, and the guest's own first instruction next. */
static void __cold tested(struct frame *f)
{
	write_sr(SR_HCR, read_sr(SR_HCR) | HCR_VM);
	stage2_flush();
	guest_jump(f, this_cpu()->vector.to);
	write_sr(REG_VBAR, 0); /* where no code is, until the guest says */
	svc_arm();
}

/* The self-test, a vector that has moved or changed its ways, the other one, or no vector. */
static void __cold slow_debug(struct frame *f, const struct policy *watcher)
{
	if (!(read_sr(SR_HCR) & HCR_VM)) {
		tested(f);
	} else if (f->pc != read_dbg(DBG_BVR(0)) && f->pc != HIGH_VECTORS + SVC_SLOT) {
		/* A debug event of the guest's own making: BKPT, C4. IFAR is UNKNOWN then. */
		inject_abort(f, FETCH, f->pc, guest_fsr(STATUS_DEBUG));
	} else if (f->pc != active_vector() || !watcher || call_made(f, watcher)) {
		follow(f);
	}
}

void trap_debug(struct frame *f, u32 hsr)
{
	const struct policy *watcher = call_watchers[MIN(f->r[7], CALLS_FILTERED)];
	const struct vector *v = &this_cpu()->vector;

	if (unlikely((hsr & 0x3f) != STATUS_DEBUG)) /* ISS.IFSC */
		trap_abort(f, hsr);
	else if (unlikely(f->pc != v->va[0]) || unlikely(read_sr(REG_SCTLR) != v->sctlr))
		slow_debug(f, watcher);
	else if (unlikely(watcher) && !call_made(f, watcher))
		return;
	else if (likely(unchanged(v)))
		f->pc = v->to;
	else
		follow(f);
}

/*
 * The debug registers are ours: all read as zero, and writes are dropped. DBGDIDR says so: of
 * no version that has breakpoints, and kernels then do not look for them.
 */
void trap_cp14(struct frame *f, u32 hsr)
{
	u32 rt = ISS_RT(hsr);

	/* The self-test's stub: without debug authority (C2), breakpoints do nothing. */
	if (!(read_sr(SR_HCR) & HCR_VM)) {
		if (option_svc == 'b')
			stop("no debug authority on CPU %u: no breakpoints", this_cpu()->index);
		if (!this_cpu()->index)
			format(NULL, 0, "vigil: no breakpoint works: system calls by an HVC\r\n");
		option_svc = 'v';
		write_sr(SR_HSTR, read_sr(SR_HSTR) | BIT(2)); /* TTBR0 */
		tested(f);
		return;
	}
	if (!(hsr & 1))
		refuse(f, EV_SYSREG, ACC_WRITE, 4, hsr, rt == 15 ? 0 : guest_reg(f, rt));
	else if (rt == 15)
		f->cpsr &= ~0xf0000000u; /* APSR_nzcv */
	else
		guest_set_reg(f, rt, 0);
	guest_skip(f, 4);
}
