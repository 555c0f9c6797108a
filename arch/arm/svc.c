// SPDX-License-Identifier: BSD-2-Clause
/*
 * System calls. A hardware breakpoint on the guest's SVC vector comes to Hyp mode by HDCR.TDE
 * (ARM ARM C3, B1.14.10): the guest has taken its exception, r0-r7 are still the caller's. There
 * are two vectors, low (VBAR) and high, and a breakpoint on each, so that SCTLR.V need not be
 * trapped: what counts is the one that is active at the hit. Writes of VBAR are trapped.
 *
 * To go on, the instruction at the vector is carried out here: the breakpoint stays armed, and
 * nothing can slip past it. What it loads is read each time, where the guest's own tables say.
 */
#include "trap.h"

#define HDCR_DEBUG (BIT(8) | BIT(9) | BIT(10) | BIT(11)) /* TDE, and what it asks for: TD*A */

/* CP14, C11.11. Breakpoint and watchpoint n have CRm n. */
#define DBG_DIDR     "p14, 0, %0, c0, c0, 0"
#define DBG_VCR	     "p14, 0, %0, c0, c7, 0"
#define DBG_DSCR     "p14, 0, %0, c0, c2, 2"
#define DBG_OSLAR    "p14, 0, %0, c1, c0, 4"
#define DBG_OSDLR    "p14, 0, %0, c1, c3, 4"
#define DBG_BVR(n)   "p14, 0, %0, c0, c" #n ", 4"
#define DBG_BCR(n)   "p14, 0, %0, c0, c" #n ", 5"
#define DBG_WCR(n)   "p14, 0, %0, c0, c" #n ", 7"
#define DSCR_MDBGEN  BIT(15)
#define BCR_PL1	     0x1e3u /* enabled, PL1 only, all four bytes */
#define SVC_SLOT     8u
#define HIGH_VECTORS 0xffff0000u
#define VECTOR_NONE  1u /* no address of an instruction */
#define EPERM	     1u

#define READ_BANKED(name)                                      \
	({                                                     \
		u32 v_;                                        \
		__asm__ volatile("mrs %0, " #name : "=r"(v_)); \
		v_;                                            \
	})

/* For the self-test: an instruction that traps by itself, if the breakpoint does not fire. */
extern char svc_stub[];
__asm__(".section .text.svc_stub, \"ax\"\n"
	".arm\n.balign 4\n"
	"svc_stub: mrc p14, 0, r0, c0, c0, 0\n"
	"b svc_stub\n"
	".previous");

/* Stage 2 for the stub alone: its gigabyte of addresses, read-only. */
static u64 stub_root[1024] __aligned(8192);

/* Enabled by nobody but us: what the reset leaves in the rest is UNKNOWN. */
#define CLEAR(n)                         \
	case n:                          \
		write_sr(DBG_BCR(n), 0); \
		__attribute__((fallthrough));
#define CLEAR_WATCHPOINT(n)              \
	case n:                          \
		write_sr(DBG_WCR(n), 0); \
		__attribute__((fallthrough));
#define ALL(X) X(15) X(14) X(13) X(12) X(11) X(10) X(9) X(8) X(7) X(6) X(5) X(4) X(3) X(2) X(1)

static void __cold clear_all(void)
{
	u32 didr = read_sr(DBG_DIDR);

	switch (didr >> 24 & 0xf) {
		ALL(CLEAR)
	default:
		write_sr(DBG_BCR(0), 0);
	}
	switch (didr >> 28) {
		ALL(CLEAR_WATCHPOINT)
	default:
		write_sr(DBG_WCR(0), 0);
	}
	write_sr(DBG_VCR, 0);
}

/* To take effect by the exception return to the guest, which synchronizes (C3.2.2). */
void svc_arm(void)
{
	write_sr(DBG_BVR(0), read_sr(SR_VBAR) + SVC_SLOT);
	this_cpu()->vector.pc = VECTOR_NONE;
}

void __cold svc_start(struct frame *f)
{
	struct vector *v = &this_cpu()->vector;
	uintptr_t stub = (uintptr_t)svc_stub;

	if (!monitor_wants(EV_SYSCALL))
		return;
	if (option_oabi) /* the number is not in r7 */
		memset(calls_wanted, true, sizeof(calls_wanted));
	/* Both locks off, C7.3; then nothing of the debug logic is UNKNOWN any more. */
	write_sr(DBG_OSLAR, 0);
	write_sr(DBG_OSDLR, 0);
	isb();
	clear_all();
	write_sr(DBG_DSCR, read_sr(DBG_DSCR) | DSCR_MDBGEN);
	write_sr(DBG_BVR(0), stub);
	write_sr(DBG_BCR(0), BCR_PL1);
	write_sr(DBG_BVR(1), HIGH_VECTORS + SVC_SLOT);
	write_sr(DBG_BCR(1), BCR_PL1);
	write_sr(SR_HDCR, read_sr(SR_HDCR) | HDCR_DEBUG);
	write_sr(SR_VBAR, 0); /* where no code is, until the guest says */

	stub_root[stub >> 30] = ALIGN_DOWN(stub, BIT(30)) | S2_READ | 0x73d; /* Normal, AF */
	write_sr64(SR64_VTTBR, (uintptr_t)stub_root | BITLL(48));	     /* a VMID of its own */
	isb();
	v->entry = f->pc | (f->cpsr & CPSR_T ? 1 : 0);
	f->pc = stub;
	f->cpsr &= ~CPSR_T;
}

/* The self-test has come back. Without debug authority (C2), a breakpoint does nothing. */
static void __cold tested(struct frame *f, struct vector *v, bool good)
{
	if (!good)
		panic("no debug authority on CPU %u: system calls cannot be seen", cpu_index());
	write_sr64(SR64_VTTBR, stage2_vttbr());
	stage2_flush();
	guest_set_reg(f, 15, v->entry);
	v->entry = 0;
	svc_arm();
}

/* A debug event of the guest's own making: BKPT, C3.5. IFAR is UNKNOWN then. */
static void __cold inject_debug_event(struct frame *f)
{
	bool lpae = read_sr(SR_TTBCR) & TTBCR_EAE;

	inject_abort(f, f->pc, lpae ? BIT(9) | 0x22 : 0x02, true, false);
}

static u64 translate_raw(u32 va)
{
	write_sr(SR_ATS1CPR, va);
	isb();
	return read_sr64(SR64_PAR);
}

/* The guest's vector holds what is not a plain jump: there is no way to go on unseen by it. */
static void __cold refuse_vector(struct frame *f, u32 opcode)
{
	struct event ev;

	event_start(&ev, f, EV_SYSCALL, ACC_EXEC, 4);
	memset(ev.arg, 0, sizeof(ev.arg));
	ev.nr = opcode;
	monitor_refuse(&ev);
	event_finish(&ev);
	inject_undef(f);
}

/*
 * Remember how the jump goes, if reading the two words again in the windows is all there is to
 * it: both in cached RAM that may be read, and to the same instruction set.
 */
static void remember(const struct frame *f, struct vector *v, phys_addr slot, phys_addr word,
		     u32 opcode, u32 target)
{
	u64 saved = read_sr64(SR64_PAR);
	u32 thumb = f->cpsr & CPSR_T ? 1 : 0, sctlr = read_sr(SR_SCTLR);

	if ((sctlr & (SCTLR_M | SCTLR_C)) != (SCTLR_M | SCTLR_C) || f->cpsr & CPSR_E ||
	    (target & (thumb ? 1 : 3)) != thumb || memmap_type(slot) != REGION_RAM ||
	    memmap_type(word) != REGION_RAM || !(stage2_lookup(word) & S2_READ))
		return;
	v->opcode_at = (const u32 *)window_map(WINDOW_VECTOR, slot);
	v->word_at = (const u32 *)window_map(WINDOW_LITERAL, word);
	/* In memory, a T32 instruction's first half comes first. */
	v->opcode = thumb ? opcode << 16 | opcode >> 16 : opcode;
	v->target = v->word == f->pc ? v->opcode : target;
	v->to = target - thumb;
	v->par[0] = translate_raw(f->pc);
	v->par[1] = translate_raw(v->word);
	write_sr64(SR64_PAR, saved);
	v->sctlr = sctlr;
	v->pc = f->pc;
}

static void __cold follow(struct frame *f)
{
	struct vector *v = &this_cpu()->vector;
	u32 opcode, target, status;
	phys_addr slot, word;
	struct event ev;

	v->pc = VECTOR_NONE;
	status = guest_translate(f->pc, false, false, &slot);
	if (status) {
		inject_abort(f, f->pc, status, true, false);
		return;
	}
	if (!guest_fetch(f, &opcode)) /* gone since then: once more */
		return;
	switch (vector_decode(opcode, f->cpsr & CPSR_T, f->pc, &target)) {
	case VECTOR_LOAD:
		status = guest_translate(target, false, false, &word);
		if (status) {
			inject_abort(f, target, status, false, false);
			return;
		}
		access_start(&ev, f, target, word, 4, false);
		if (access_one(&ev) != DONE) {
			inject_abort(f, target, guest_fsr(STATUS_EXTERNAL), false, false);
			return;
		}
		v->word = target;
		target = f->cpsr & CPSR_E ? __builtin_bswap32((u32)ev.value) : (u32)ev.value;
		break;
	case VECTOR_BRANCH:
		v->word = f->pc;
		word = slot;
		break;
	default:
		refuse_vector(f, opcode);
		return;
	}
	remember(f, v, slot, word, opcode, target);
	guest_set_reg(f, 15, target);
}

/* As before, if the same translations lead to the same two words: else false. */
static inline bool follow_again(struct frame *f, const struct vector *v)
{
	u64 saved = read_sr64(SR64_PAR);
	u64 slot = translate_raw(v->pc), word = translate_raw(v->word);

	write_sr64(SR64_PAR, saved);
	slot = (slot ^ v->par[0]) | (word ^ v->par[1]);
	if (unlikely((u32)slot | (u32)(slot >> 32) | (*v->opcode_at ^ v->opcode) |
		     (*v->word_at ^ v->target)))
		return false;
	f->pc = v->to;
	return true;
}

/* Ask about a call. Returns true if it is not made: the guest is where it goes on instead. */
static bool __attribute__((noinline)) call_made(struct frame *f)
{
	u32 lr = READ_BANKED(LR_svc), spsr = READ_BANKED(SPSR_svc);
	u32 len = spsr & CPSR_T ? 2 : 4, opcode = 0, shift;
	struct event ev;

	/* The kernel's own, or a jump to the vector. */
	if ((f->cpsr & CPSR_MODE) != MODE_SVC || (spsr & CPSR_MODE) != MODE_USR)
		return true;
	event_start(&ev, f, EV_SYSCALL, ACC_SVC, 4);
	lr &= -len;
	ev.pc = lr - len;
	ev.cpsr = spsr;
	if (unlikely(option_oabi) && len == 4) {
		const struct frame caller = {.pc = ev.pc, .cpsr = spsr};

		/* Gone since: back to it, and the guest takes the abort by itself. */
		if (!guest_fetch(&caller, &opcode)) {
			f->pc = ev.pc;
			f->cpsr = spsr;
			return false;
		}
	}
	shift = syscall_decode(&ev, f->r, opcode & 0xffffff);
	ev.value = EPERM;
	monitor_ask(&ev);
	if (likely(!ev.settled))
		return true;
	event_finish(&ev);
	if (ev.verdict == ALLOW) {
		if (ev.replace)
			memcpy(&f->r[shift], ev.arg, (7 - shift) * sizeof(u32));
		return true;
	}
	f->pc = ev.verdict == DENY ? lr : ev.pc;
	f->cpsr = spsr;
	if (ev.verdict == DENY)
		f->r[0] = -(u32)ev.value;
	else
		inject_undef(f);
	return false;
}

static inline bool wanted(u32 nr)
{
	return nr >= CALLS_FILTERED || calls_wanted[nr];
}

/* The self-test, a vector that has moved or changed its ways, the other one, or no vector. */
static void __cold slow_debug(struct frame *f)
{
	struct vector *v = &this_cpu()->vector;
	u32 low = read_sr(SR_VBAR) + SVC_SLOT, high = HIGH_VECTORS + SVC_SLOT;
	bool active = f->pc == (read_sr(SR_SCTLR) & SCTLR_V ? high : low);

	if (v->entry)
		tested(f, v, f->pc == (uintptr_t)svc_stub);
	else if (f->pc != low && f->pc != high)
		inject_debug_event(f);
	else if (!active || !wanted(f->r[7]) || call_made(f))
		follow(f);
}

void trap_debug(struct frame *f)
{
	struct vector *v = &this_cpu()->vector;

	if (unlikely(f->pc != v->pc) || unlikely(read_sr(SR_SCTLR) != v->sctlr)) {
		slow_debug(f);
		return;
	}
	if (unlikely(wanted(f->r[7])) && !call_made(f))
		return;
	if (unlikely(!follow_again(f, v)))
		follow(f);
}

/*
 * The debug registers are ours: all read as zero, and writes are dropped. DBGDIDR says so: of
 * no version that has breakpoints, and kernels then do not look for them.
 */
void trap_cp14(struct frame *f, u32 hsr)
{
	struct vector *v = &this_cpu()->vector;
	u32 rt = hsr >> 5 & 0xf;
	struct event ev;

	if (unlikely(v->entry)) {
		tested(f, v, false);
		return;
	}
	if (!(hsr & 1)) {
		event_start(&ev, f, EV_SYSREG, ACC_WRITE, 4);
		memset(ev.arg, 0, sizeof(ev.arg));
		ev.nr = hsr;
		ev.value = rt == 15 ? 0 : guest_reg(f, rt);
		monitor_refuse(&ev);
		event_finish(&ev);
	} else if (rt == 15) {
		f->cpsr &= ~0xf0000000u; /* APSR_nzcv */
	} else {
		guest_set_reg(f, rt, 0);
	}
	guest_skip(f, hsr_len(hsr));
}
