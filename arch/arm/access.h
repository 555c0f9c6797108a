/* SPDX-License-Identifier: BSD-2-Clause */
/* A load or store of the guest that stage 2 has stopped, on its way. */
#ifndef ARM_ACCESS_H
#define ARM_ACCESS_H

#include "decode.h"
#include "trap.h"

/* Nothing of the guest's registers changes until all of it is done. */
struct work {
	u32 va; /* where it was stopped */
	phys_addr ipa;
	bool write;
	struct insn in;
	u32 fsr; /* for an abort, and its address */
	u32 far;
	u32 loads; /* bits of loaded[] that count */
	u32 loaded[16];
};

/* What became of one access. */
enum outcome { DONE, ABORTED, KILLED };

/*
 * One access of w->in.size or fewer bytes, within a page: the policies are asked, it is done, and
 * logged. `value` is what is stored, or receives what is loaded, as bytes in memory order.
 */
enum outcome access_one(struct frame *f, const struct work *w, u32 va, phys_addr ipa, u32 size,
			u64 *value);

/* Start the event of a memory access; its kind and `absent` follow from the address. */
void memory_event(struct event *ev, const struct frame *f, u32 access, u32 va, phys_addr ipa);

/* Carry out w->in, or inject the exception that ends it. */
void execute(struct frame *f, struct work *w);

/* Decode the instruction at the PC into w->in, and carry it out. */
void emulate(struct frame *f, struct work *w);

/* Refuse what cannot be emulated, with its audit line, and abort into the guest. */
void refuse_access(struct frame *f, const struct work *w);

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
