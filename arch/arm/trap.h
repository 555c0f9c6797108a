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
} __aligned(8);

/* CPSR.M, B1.3.1. */
enum { MODE_USR = 0x10, MODE_FIQ, MODE_IRQ, MODE_SVC };
enum { MODE_ABT = 0x17, MODE_UND = 0x1b, MODE_SYS = 0x1f };

enum { PSR_F = BIT(6), PSR_I = BIT(7), PSR_A = BIT(8) };

#define HSR_EC(hsr)	  ((hsr) >> 26)
#define HSR_LEN(hsr)	  ((hsr)&BIT(25) ? 4 : 2) /* of the instruction */
#define HSR_ALWAYS	  (0x1eu << 20)		  /* CV, and the condition is AL */
#define HSR_IS_FETCH(hsr) (!((hsr)&BIT(28)))	  /* of two classes of aborts */
#define ISS_RT(hsr)	  ((hsr) >> 5 & 0xf)	  /* of a coprocessor's instruction */

/* HSR.ISS of an abort, ARM ARM B3.13.6; SRT_HIGH: its register is r8 or above. */
enum { ISS_S1PTW = BIT(7), ISS_SRT_HIGH = BIT(19), ISS_SSE = BIT(21), ISS_ISV = BIT(24) };
#define ISS_SAS(hsr) (((hsr) >> 22) & 3)
#define ISS_SRT(hsr) (((hsr) >> 16) & 0xf)
#define ISS_WNR(hsr) (((hsr) >> 6) & 1)
/* The fault's type, without its level: two of them, and the field. */
enum { FSC_TRANSLATION = 1 << 2, FSC_PERMISSION = 3 << 2, ISS_FSC = 0xf << 2 };

/* Not 0 but in User mode, the one that ends in 0. */
#define guest_pl1(f) ((f)->cpsr & 0xf)

/* Registers 8 to 14, of the interrupted mode: read, or written. */
u32 guest_high_reg(struct frame *f, u32 n, bool write, u32 value);

/* A register of the interrupted mode, 0 to 14. */
static inline u32 guest_reg(struct frame *f, u32 n)
{
	return likely(n < 8) ? f->r[n] : guest_high_reg(f, n, false, 0);
}

static inline void guest_set_reg(struct frame *f, u32 n, u32 value)
{
	if (likely(n < 8))
		f->r[n] = value;
	else
		guest_high_reg(f, n, true, value);
}

/* The lowest `size` bytes of a register, as they stand in memory; and the way back. */
static inline u32 memory_order(const struct frame *f, u32 value, u32 size, bool sign)
{
	u32 unused = 32 - 8 * size;

	value = f->cpsr & CPSR_E ? __builtin_bswap32(value) : value << unused;
	return sign ? (u32)((s32)value >> unused) : value >> unused;
}

/* Move the PC past an instruction of `len` bytes, and ITSTATE with it. */
static inline void guest_skip(struct frame *f, u32 len)
{
	f->pc += len;
	if (unlikely(f->cpsr & CPSR_T))
		f->cpsr = cpsr_it_advance(f->cpsr);
}

/* Branch as a load to the PC does; bit 0: to Thumb state (A2.3.1). */
static inline void guest_jump(struct frame *f, u32 to)
{
	f->cpsr = (f->cpsr & ~CPSR_T) | (to & 1 ? CPSR_T : 0);
	f->pc = to & (to & 1 ? ~1u : ~3u);
}

/*
 * Take the exception in the guest as the hardware would, at the current PC: an abort by the
 * syndrome's class and direction. `fsr` is in the guest's own format.
 */
void inject_undef(struct frame *f);
void inject_abort(struct frame *f, u32 hsr, u32 va, u32 fsr);

/* Status codes; a refused access looks like an external abort. */
enum { STATUS_ABORT = 0x10, STATUS_ALIGNMENT = 0x21, STATUS_DEBUG };
#define STATUS_WALK(hsr) (0x14u | ((hsr)&3)) /* external, on a table walk of this level */

/*
 * The fault status that the guest's format has for a Long-descriptor status code, as Hyp's
 * syndrome and a Hyp mode PAR have it (ARM ARM B3.13).
 */
static inline u32 guest_fsr(u32 status)
{
	/*
	 * Short-descriptor codes, for the first level and the second, by the status' type:
	 * translation, access flag, permission, external abort, that on a table walk; 8, alignment
	 * and debug event; 15, domain, which is a PAR's alone.
	 */
	static const u8 first[16] = {0, 0x05, 0x03, 0x0d, 0x08, 0x0c, [8] = 0x01, [15] = 0x09};
	static const u8 second[16] = {0, 0x07, 0x06, 0x0f, 0x08, 0x0e, [8] = 0x02, [15] = 0x0b};

	if (read_sr(REG_TTBCR) & BIT(31)) /* EAE */
		return BIT(9) | (status & 0x3f);
	return (status & 3) > 1 ? second[status >> 2 & 15] : first[status >> 2 & 15];
}

/*
 * Start an event: `nr` is the number, or the virtual address. An access to an address is EV_MMIO
 * until it is known better. The rest is the caller's to fill.
 */
static inline void event_start(struct event *ev, const struct frame *f, u32 kind, u32 access,
			       u32 size, u32 nr)
{
	ev->what = kind | access << 8 | size << 16 | this_cpu()->index << 24;
	ev->flags = 0;
	*(u64 *)&ev->pc = *(const u64 *)&f->pc; /* and cpsr, by LDRD and STRD */
	ev->old = 0;
	ev->nr = nr;
}

/* Log the event if asked to; stop the guest if the verdict is HALT. */
static inline void event_finish(struct event *ev)
{
	if (ev->log && likely(!(audit_silent & BIT(ev->kind)) || ev->would != ALLOW))
		audit_event(ev);
	if (unlikely(ev->verdict == HALT))
		arch_halt();
}

/* The monitor's own refusal of what has a number: its record, all there is of the event. */
void refuse(const struct frame *f, u32 kind, u32 access, u32 size, u32 nr, u64 value);

/*
 * What takes a trap, with its syndrome. vectors.S calls these, by the trap's class; a data abort's
 * with what ISS_S1PTW and ISS_FSC have as well, but for the monitor's port, which has its own.
 */
typedef void trap_handler(struct frame *f, u32 hsr);
trap_handler trap_debug, trap_hvc, trap_cp15, trap_cp15_any, trap_port, trap_other;
void trap_data_abort(struct frame *f, u32 hsr, u32 fault);

/*
 * A prefetch abort, or one that trap_data_abort() leaves: emulated, opened, or refused. And an
 * access to a debug register, that passes its condition.
 */
trap_handler trap_abort, trap_cp14;

/* vectors.S: our own fault. */
void hyp_fault(struct frame *f);

/*
 * An instruction of the classes below 0x10 that fails its condition may trap all the same: HSR's
 * CV and COND tell, or without CV, a Thumb IT block. True if it is such a one, and now behind.
 */
bool trap_skipped(struct frame *f, u32 hsr);

/* What became of one access; LOST is a store-exclusive without its reservation. */
enum outcome { DONE, LOST, FAILED };

/*
 * One access of up to 8 bytes, within a page, that the policies were asked about: it is done and
 * logged, or ends in an exception. `value` is what is stored, or receives what is loaded, as bytes
 * in memory order; arg[0] and arg[1] have what the guest stores, whatever a policy makes of it.
 */
enum outcome access_settle(struct frame *f, u32 hsr, struct event *ev);

/*
 * Decode the instruction at the PC, which was stopped at these addresses, and carry it out. False
 * for what cannot be emulated.
 */
bool emulate(struct frame *f, u32 hsr, u32 va, phys_addr ipa);

/* As in struct cpu, for an address; never 0. Addresses that share one clear each other's. */
#define exclusive_tag(ipa) (BIT(31) | (u32)((ipa) >> 3))

/* The faulting IPA, where HPFAR has it: not for an access' own permission fault (B3.13.5). */
#define hpfar(va) ((phys_addr)(read_sr(SR_HPFAR) >> 4) << 12 | (va) % PAGE_SIZE)

#define NO_IPA BITLL(63)
enum { PAR_F = BIT(0), PAR_FSTAGE = BIT(9) }; /* the second with the first; else an attribute */

/*
 * Walk the guest's stage 1 for a virtual address, as User (pl1 = 0) or as PL1. What PAR then says
 * is in the 64-bit format, for it is done in Hyp mode (B4.2.4). The guest's own PAR stays.
 */
static inline u64 guest_walk(u32 va, u32 pl1, u32 write)
{
	u64 saved = read_sr64(SR64_PAR), par;

	if (likely(pl1) && likely(write))
		write_sr(SR_ATS1C(0, 1), va);
	else if (likely(pl1))
		write_sr(SR_ATS1C(0, 0), va);
	else if (write)
		write_sr(SR_ATS1C(1, 1), va);
	else
		write_sr(SR_ATS1C(1, 0), va);
	isb();
	par = read_sr64(SR64_PAR);
	write_sr64(SR64_PAR, saved);
	return par;
}

/*
 * The IPA that it comes to. If that walk faults, the guest's fault status with NO_IPA. It is
 * first done again, for it may have met a change of stage 2: over, once that can be looked at.
 */
static inline phys_addr guest_translate(u32 va, u32 pl1, u32 write)
{
	u64 par = guest_walk(va, pl1, write);

	if (unlikely(par & PAR_F)) {
		stage2_lookup(0);
		par = guest_walk(va, pl1, write);
	}
	if (unlikely(par & PAR_F))
		return NO_IPA |
		       guest_fsr(par & PAR_FSTAGE ? STATUS_WALK((u32)par >> 1) : (u32)par >> 1);
	return (par & 0xfffffff000ull) | va % PAGE_SIZE;
}

/* vectors.S: of 8 bytes, as guarded_load(); *value is what was loaded. */
u64 guarded_load8(uintptr_t addr, u64 *value);

/*
 * What the guest's RAM has there, as guarded_load(); ~0 where there is none. Written with the
 * guest's cache off, it may be stale in ours (A3.5.7: mismatched attributes): that is seen to.
 */
u64 ram_load(enum window kind, phys_addr ipa, u32 size);

/* The instruction at the PC, by emulate.c: false if it has been paged out. */
bool guest_fetch(const struct frame *f, u32 *opcode);

/* System calls. */

/* Who watches each number, NULL for nobody; the last is for those above. */
#define CALLS_FILTERED 512u
extern const struct policy *call_watchers[CALLS_FILTERED + 1];

/* These numbers are watched, or no longer are. */
void syscall_filter(u64 lo, u64 hi);

/*
 * The instruction at a vector, as decode.h has it, is LDR PC, [PC, #imm], and this is where the
 * word is. False if it is another one, or the word is not aligned.
 */
bool vector_decode(u32 op, bool thumb, u32 pc, u32 *addr);

/* vectors.S */
void debug_clear(void);

/* Before the guest runs on this CPU: breakpoints on, their test before the guest's entry. */
void svc_start(struct frame *f);

/* VBAR has been written, or TTBR0: the breakpoint follows, or the HVC. */
void svc_arm(void);

/* The HVC that stands in the vectors. */
#define VECTOR_HVC 0x5647u

/* Where system calls are seen by an HVC in the guest's SVC vector: that one, or NO_IPA. */
extern struct hvc_vector {
	phys_addr at;
	u32 ours, was;
} hvc_vector;

/* Have the vector at this address hold it. */
void vector_follow(u32 va);
