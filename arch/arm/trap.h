/* SPDX-License-Identifier: BSD-2-Clause */
/* The trapped guest: its registers, and what can be done to them. */
#pragma once

#include "cpu.h"
#include "decode.h"

/* As vectors.S lays it out on the stack. */
struct frame {
	u32 pc;	   /* ELR_hyp */
	u32 cpsr;  /* SPSR_hyp */
	u32 r[14]; /* r0-r12 of the mode, FIQ's apart; LR, which Hyp shares with User */
};

#define MODE_USR 0x10u
#define MODE_FIQ 0x11u
#define MODE_IRQ 0x12u
#define MODE_SVC 0x13u
#define MODE_ABT 0x17u
#define MODE_UND 0x1bu
#define MODE_SYS 0x1fu

#define PSR_F BIT(6)
#define PSR_I BIT(7)
#define PSR_A BIT(8)

#define HSR_EC(hsr) ((hsr) >> 26)
#define HSR_IL	    BIT(25)

/* HSR.ISS of an abort, ARM ARM B3.13.6. */
#define ISS_ISV		BIT(24)
#define ISS_SAS(hsr)	(((hsr) >> 22) & 3)
#define ISS_SSE		BIT(21)
#define ISS_SRT(hsr)	(((hsr) >> 16) & 0xf)
#define ISS_SRT_HIGH	BIT(19) /* r8 or above */
#define ISS_S1PTW	BIT(7)
#define ISS_WNR(hsr)	(((hsr) >> 6) & 1)
#define ISS_FSC		(0xfu << 2) /* the fault's type, without its level */
#define FSC_TRANSLATION (1u << 2)
#define FSC_PERMISSION	(3u << 2)

/* Not 0 but in User mode, the one that ends in 0. */
static inline u32 guest_pl1(const struct frame *f)
{
	return f->cpsr & 0xf;
}

/* Registers 8 and up, of the interrupted mode; 15 reads the PC. */
u32 guest_high_reg(const struct frame *f, u32 n);

/* Write one; 15 branches, as a load to the PC does (ARM ARM A2.3.1). */
void guest_set_high_reg(struct frame *f, u32 n, u32 value);

/* A register of the interrupted mode, 0 to 15. */
static inline u32 guest_reg(const struct frame *f, u32 n)
{
	return likely(n < 8) ? f->r[n] : guest_high_reg(f, n);
}

static inline void guest_set_reg(struct frame *f, u32 n, u32 value)
{
	if (likely(n < 8))
		f->r[n] = value;
	else
		guest_set_high_reg(f, n, value);
}

/* The lowest `size` bytes of a value, sign-extended. */
static inline u32 sign_extend(u32 value, u32 size)
{
	u32 unused = 32 - 8 * size;

	return (u32)((s32)(value << unused) >> unused);
}

/* Move the PC past an instruction of `len` bytes, and ITSTATE with it. */
static inline void guest_skip(struct frame *f, u32 len)
{
	f->pc += len;
	if (unlikely(f->cpsr & CPSR_T))
		f->cpsr = cpsr_it_advance(f->cpsr);
}

/* The length that the syndrome gives. */
static inline u32 hsr_len(u32 hsr)
{
	return hsr & HSR_IL ? 4 : 2;
}

/* Take the exception in the guest as the hardware would, at the current PC. */
void inject_undef(struct frame *f);
/* `fsr` is in the guest's own format. */
void inject_prefetch_abort(struct frame *f, u32 va, u32 fsr);
void inject_data_abort(struct frame *f, u32 va, u32 fsr, bool write);

/*
 * The fault status that the guest's format has for a Long-descriptor status code, as Hyp's
 * syndrome and a Hyp mode PAR have it (ARM ARM B3.13).
 */
u32 guest_fsr(u32 status);

/* That of an external abort, which is what a refused access looks like. */
static inline u32 external_fsr(void)
{
	return read_sr(SR_TTBCR) & TTBCR_EAE ? BIT(9) | 0x10 : 0x08;
}

#define STATUS_WALK(level) (0x14u | (level)) /* external, on a table walk */
#define STATUS_ALIGNMENT   0x21u

/* Start an event. What belongs to its kind alone is the caller's to fill. */
static inline void event_start(struct event *ev, const struct frame *f, u32 kind, u32 access,
			       u32 size)
{
	ev->what = kind | access << 8 | size << 16 | this_cpu()->index << 24;
	ev->settled = 0;
	ev->flags = 0;
	ev->value = 0;
	ev->pc = f->pc;
	ev->cpsr = f->cpsr;
}

/* Log the event if asked to; stop the guest if the verdict is HALT. */
static inline void event_finish(struct event *ev)
{
	if (ev->log)
		audit_event(ev);
	if (unlikely(ev->verdict == HALT))
		arch_halt();
}

/* The monitor's own refusal of what has a number: its record, all there is of the event. */
void refuse(const struct frame *f, u32 kind, u32 access, u32 nr, u32 value);

/* vectors.S calls these: a trap by its class, with its syndrome; an interrupt; our own fault. */
void trap_unknown(struct frame *f, u32 hsr);
void trap_conditional(struct frame *f, u32 hsr);
void trap_cp15(struct frame *f, u32 hsr);
void trap_hvc(struct frame *f, u32 hsr);
void trap_smc(struct frame *f, u32 hsr);
void trap_debug(struct frame *f, u32 hsr);
void trap_prefetch_abort(struct frame *f, u32 hsr);
void trap_data_abort(struct frame *f, u32 hsr);
void trap_irq(struct frame *f);
void hyp_fault(struct frame *f);

/* Skips a trapped instruction whose condition fails. */
bool condition_fails(struct frame *f, u32 hsr);

/* An access to the debug registers that passes its condition. */
void trap_cp14(struct frame *f, u32 hsr);

/* What became of one access; LOST is a store-exclusive without its reservation. */
enum outcome { DONE, LOST, ABORTED, KILLED };

/* Start the event of an access to an address: EV_MMIO, until access_one() knows better. */
static inline void access_start(struct event *ev, const struct frame *f, u32 va, phys_addr ipa,
				u32 size, bool write)
{
	event_start(ev, f, EV_MMIO, ACC_READ + write, size);
	ev->va = va;
	ev->ipa = ipa;
}

/*
 * One access of up to 8 bytes, within a page: the policies are asked, it is done, and logged.
 * `value` is what is stored, or receives what is loaded, as bytes in memory order.
 */
enum outcome access_one(struct event *ev);

/* An address that nobody watches: its kind, and `absent`. */
void access_classify(struct event *ev);

/* After an access that is not DONE: the exception that it ends in. */
void access_abort(struct frame *f, enum outcome done, u32 va, u32 fsr, bool write);

/* Refuse what cannot be emulated, with its audit line, and abort into the guest. */
void refuse_access(struct frame *f, u32 va, phys_addr ipa, bool write);

/* A data abort that trap_data_abort() leaves: by its instruction, or refused. */
void data_abort_slow(struct frame *f, u32 hsr, u32 va);

/* Decode the instruction at the PC, which was stopped at these addresses, and carry it out. */
void emulate(struct frame *f, u32 va, phys_addr ipa, bool write);

/* As in struct cpu, for an address; never 0. Addresses that share one clear each other's. */
static inline u32 exclusive_tag(phys_addr ipa)
{
	return BIT(31) | (u32)(ipa >> 3);
}

/* The faulting IPA, where HPFAR has it: not for an access' own permission fault (B3.13.5). */
static inline phys_addr hpfar(u32 va)
{
	return (u64)(read_sr(SR_HPFAR) >> 4) << 12 | va % PAGE_SIZE;
}

#define NO_IPA BITLL(63)
#define PAR_F  BIT(0)

/*
 * The IPA of a virtual address by the guest's stage 1, as User (pl1 = 0) or as PL1. If that walk
 * faults, the guest's fault status with NO_IPA.
 */
static inline phys_addr guest_translate(u32 va, u32 pl1, bool write)
{
	u64 saved = read_sr64(SR64_PAR), par;

	if (pl1 && write)
		write_sr(SR_ATS1CPW, va);
	else if (pl1)
		write_sr(SR_ATS1CPR, va);
	else if (write)
		write_sr(SR_ATS1CUW, va);
	else
		write_sr(SR_ATS1CUR, va);
	isb();
	/* In the 64-bit format, for it is executed in Hyp mode (B4.2.4). */
	par = read_sr64(SR64_PAR);
	write_sr64(SR64_PAR, saved);
	if (unlikely(par & PAR_F))
		return NO_IPA | guest_fsr((u32)par >> 1);
	return (par & 0xfffffff000ull) | va % PAGE_SIZE;
}

/*
 * vectors.S: access of 1, 2 or 4, or of 8 bytes, that may abort. The upper word of the result is
 * 0, or 1 after an external abort; the lower has what was loaded.
 */
u64 guarded_load(uintptr_t addr, u32 size);
u64 guarded_store(uintptr_t addr, u32 size, u32 value);
u64 guarded_load8(uintptr_t addr, u64 *value);
u64 guarded_store8(uintptr_t addr, u64 value);

/* The instruction at the PC, by emulate.c: false if it has been paged out. */
bool guest_fetch(const struct frame *f, u32 *opcode);

/* System calls. */

/* The numbers that are filtered before policies are asked: those that somebody watches. */
#define CALLS_FILTERED 512u
extern bool calls_wanted[CALLS_FILTERED];

/* These numbers are watched, or no longer are. */
void syscall_filter(u64 lo, u64 hi);

u32 syscall_decode_oabi(struct event *ev, u32 immediate);

/* Copied by LDM and STM, and not by a call. */
struct call_registers {
	u32 r[7];
};

/*
 * Fill number and arguments from r0-r7, and what an old-ABI SVC has as its immediate, else 0.
 * Returns which register the first argument is in.
 */
static inline u32 syscall_decode(struct event *ev, const u32 r[8], u32 immediate)
{
	*(struct call_registers *)ev->arg = *(const struct call_registers *)r;
	ev->nr = r[7];
	return unlikely(immediate) ? syscall_decode_oabi(ev, immediate) : 0;
}

enum vector_kind { VECTOR_UNKNOWN, VECTOR_LOAD, VECTOR_BRANCH };

/*
 * The instruction at a vector, as decode.h has it: where the word is that it loads into the PC,
 * or where it branches, bit 0 for Thumb.
 */
enum vector_kind vector_decode(u32 op, bool thumb, u32 pc, u32 *addr);

/* vectors.S */
void debug_clear(u32 breakpoints, u32 watchpoints);
extern char debug_stub[];

/* Before the guest runs on this CPU: breakpoints on, their test before the guest's entry. */
void svc_start(struct frame *f);

/* VBAR has been written: the breakpoint follows. */
void svc_arm(void);
