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
#define MODE_MON 0x16u
#define MODE_ABT 0x17u
#define MODE_HYP 0x1au
#define MODE_UND 0x1bu
#define MODE_SYS 0x1fu

#define PSR_F BIT(6)
#define PSR_I BIT(7)
#define PSR_A BIT(8)

#define HSR_EC(hsr) ((hsr) >> 26)
#define HSR_IL	    BIT(25)

static inline bool guest_user(const struct frame *f)
{
	return (f->cpsr & 0x1f) == MODE_USR;
}

/* A guest register of the interrupted mode, 0 to 14; 15 reads the PC. */
u32 guest_reg(const struct frame *f, u32 n);

/* Write one; 15 branches, as a load to the PC does (ARM ARM A2.3.1). */
void guest_set_high_reg(struct frame *f, u32 n, u32 value);

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
/* With `fsr` in the guest's own format; `write` for a data abort. */
void inject_abort(struct frame *f, u32 va, u32 fsr, bool prefetch, bool write);

/*
 * The fault status that the guest's format has for a Long-descriptor status code, as Hyp's
 * syndrome and a Hyp mode PAR have it (ARM ARM B3.13).
 */
u32 guest_fsr(u32 status);

#define STATUS_EXTERNAL	   0x10u
#define STATUS_WALK(level) (0x14u | (level)) /* external, on a table walk */
#define STATUS_ALIGNMENT   0x21u

/* Start an event. What belongs to its kind alone is the caller's to fill. */
static inline void event_start(struct event *ev, const struct frame *f, u32 kind, u32 access,
			       u32 size)
{
	ev->spare = 0;
	ev->value = 0;
	ev->kind = (u8)kind;
	ev->access = (u8)access;
	ev->size = (u8)size;
	ev->cpu = (u8)this_cpu()->index;
	ev->settled = 0;
	ev->absent = false;
	ev->walk = false;
	ev->reserved = 0;
	ev->by = NULL;
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

/* vectors.S calls these: a trap, an interrupt, and an exception in Hyp mode itself. */
void trap(struct frame *f, u32 hsr);
void trap_irq(struct frame *f);
void hyp_fault(struct frame *f);

/* A trap by its class; `hsr` is the syndrome. */
void trap_data_abort(struct frame *f, u32 hsr);
void trap_prefetch_abort(struct frame *f, u32 hsr);
void trap_hvc(struct frame *f, u32 hsr);
void trap_smc(struct frame *f, u32 hsr);
void trap_cp15(struct frame *f, u32 hsr);
void trap_cp14(struct frame *f, u32 hsr);
void trap_debug(struct frame *f);

/* Loads and stores of the guest that stage 2 has stopped. */

/* What became of one access. */
enum outcome { DONE, ABORTED, KILLED };

static inline void access_start(struct event *ev, const struct frame *f, u32 va, phys_addr ipa,
				u32 size, bool write)
{
	event_start(ev, f, EV_MMIO, write ? ACC_WRITE : ACC_READ, size);
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

/* Decode the instruction at the PC, which was stopped at these addresses, and carry it out. */
void emulate(struct frame *f, u32 va, phys_addr ipa, bool write);

/* Emulated exclusives are about: each store is to go through emulate(). */
extern bool emulate_stores;

/*
 * The IPA of a virtual address by the guest's stage 1, as User or as PL1.
 * Returns 0; or the guest's fault status, never 0, if that walk faults.
 */
u32 guest_translate(u32 va, bool user, bool write, phys_addr *ipa);

/*
 * vectors.S: access of 1, 2, 4 or 8 bytes that may abort. Returns 0, or 1 after an external
 * abort, with *value untouched.
 */
u32 guarded_load(uintptr_t addr, u32 size, u64 *value);
u32 guarded_store(uintptr_t addr, u32 size, const u64 *value);

/* The instruction at the PC, by emulate.c: false if it has been paged out. */
bool guest_fetch(const struct frame *f, u32 *opcode);

/* System calls. */

/* The numbers that are filtered before policies are asked, as monitor_watcher() says. */
#define CALLS_FILTERED 512u
extern u8 calls_wanted[CALLS_FILTERED];

/* These numbers are watched, or no longer are. */
void syscall_filter(u64 lo, u64 hi);

u32 syscall_decode_oabi(struct event *ev, u32 immediate);

struct call_registers {
	u32 r[8];
};

/*
 * Fill number and arguments from r0-r7, and what an old-ABI SVC has as its immediate, else 0.
 * Returns which register the first argument is in.
 */
static inline u32 syscall_decode(struct event *ev, const u32 r[8], u32 immediate)
{
	*(struct call_registers *)ev->arg = *(const struct call_registers *)r;
	ev->arg[7] = 0;
	ev->nr = r[7];
	return unlikely(immediate) ? syscall_decode_oabi(ev, immediate) : 0;
}

enum vector_kind { VECTOR_UNKNOWN, VECTOR_LOAD, VECTOR_BRANCH };

/*
 * The instruction at a vector, as decode.h has it: where the word is that it loads into the PC,
 * or where it branches, bit 0 for Thumb.
 */
enum vector_kind vector_decode(u32 op, bool thumb, u32 pc, u32 *addr);

/* debug.S */
void debug_clear(u32 breakpoints, u32 watchpoints);
extern char debug_stub[];

/* Before the guest runs on this CPU: breakpoints on, their test before the guest's entry. */
void svc_start(struct frame *f);

/* VBAR has been written: the breakpoint is to follow. */
void svc_arm(void);
