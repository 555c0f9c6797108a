/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads and stores of the guest that stage 2 has stopped. */
#ifndef ARM_ACCESS_H
#define ARM_ACCESS_H

#include "trap.h"

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

#endif
