/* SPDX-License-Identifier: BSD-2-Clause */
/* The trapped guest: its registers, and what can be done to them. */
#ifndef ARM_TRAP_H
#define ARM_TRAP_H

#include "types.h"
#include "vigil/policy.h"

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

#define PSR_T BIT(5)
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
void guest_set_reg(struct frame *f, u32 n, u32 value);

/* Move the PC past an instruction of `len` bytes, and ITSTATE with it. */
void guest_skip(struct frame *f, u32 len);

/* The length that the syndrome gives. */
static inline u32 hsr_len(u32 hsr)
{
	return hsr & HSR_IL ? 4 : 2;
}

/* Take the exception in the guest as the hardware would, at the current PC. */
void inject_undef(struct frame *f);
/* With `fsr` in the guest's own format. */
void inject_abort(struct frame *f, u32 va, u32 fsr, bool prefetch);
void abort_data(struct frame *f, u32 va, bool write, u32 fsr);

#define FSR_WRITE BIT(11)

/*
 * The fault status that the guest's format has for a Long-descriptor status code, as Hyp's
 * syndrome and a Hyp mode PAR have it (ARM ARM B3.13).
 */
u32 guest_fsr(u32 status);

#define STATUS_EXTERNAL	   0x10u
#define STATUS_WALK(level) (0x14u | (level)) /* external, on a table walk */
#define STATUS_ALIGNMENT   0x21u

/* Start an event: PC, mode and identity are filled, all else is zero. */
void event_start(struct event *ev, const struct frame *f, u32 kind, u32 access, u32 size);

/* Log the event if asked to; stop the guest if the verdict is HALT. */
void event_finish(const struct event *ev);

/* vectors.S calls these: a trap, an interrupt, and an exception in Hyp mode itself. */
void trap(struct frame *f);
void trap_irq(struct frame *f);
void hyp_fault(struct frame *f);

/* Handlers of trap.c's table. `hsr` is the syndrome. */
void trap_data_abort(struct frame *f, u32 hsr);
void trap_prefetch_abort(struct frame *f, u32 hsr);
void trap_hvc(struct frame *f, u32 hsr);
void trap_smc(struct frame *f, u32 hsr);
void trap_cp15(struct frame *f, u32 hsr);
void trap_wfi(struct frame *f, u32 hsr);

/*
 * Emulate the instruction that aborted at `va`: HSR.ISV = 0, or an access that one syndrome
 * cannot describe.
 */
void emulate(struct frame *f, u32 va, bool write);

/* Exclusives are being emulated: every trapped store is to go that way. */
extern bool emulate_stores;

/* Refuse an access, with its audit line, and abort into the guest. */
void refuse_data(struct frame *f, u32 va, phys_addr ipa, bool write);

/* What a load of `size` bytes in memory order makes of them, and what a store stores. */
u32 loaded_value(const struct frame *f, u32 value, u32 size, bool sign);
u32 stored_value(const struct frame *f, u32 rt, u32 size);

/* What became of one access. */
enum outcome { DONE, ABORTED, KILLED };

/*
 * One access within a page to what stage 2 keeps from the guest. `value` is what is stored, or
 * receives what is loaded, as bytes in memory order. The caller injects what ABORTED and KILLED
 * call for.
 */
enum outcome access_one(struct frame *f, u32 va, phys_addr ipa, u32 size, bool write, u64 *value);

/*
 * Access of 1, 2, 4 or 8 bytes that may abort; returns 0, or 1 after an external abort, with
 * *value untouched.
 */
u32 guarded_load(uintptr_t addr, u32 size, u64 *value);
u32 guarded_store(uintptr_t addr, u32 size, const u64 *value);

/*
 * The IPA of a virtual address by the guest's stage 1, as User or as PL1.
 * Returns 0; or the guest's fault status, never 0, if that walk faults.
 */
u32 guest_translate(u32 va, bool user, bool write, phys_addr *ipa);

#endif
