/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What core/ and monitor/ may ask of the architecture. The unit tests have a
 * second implementation, for the host.
 */
#pragma once

#include "vigil/policy.h"

#define MAX_CPUS 8

/* CPUs of the device tree; each has an index below. */
extern u32 cpu_count;

/* The system counter, and its rate in Hz. */
u64 counter(void);
u32 counter_hz(void);

struct spinlock {
	u32 taken;
};

static inline bool spin_trylock(struct spinlock *lock)
{
	return !__atomic_exchange_n(&lock->taken, 1, __ATOMIC_ACQUIRE);
}

static inline void spin_lock(struct spinlock *lock)
{
	while (unlikely(!spin_trylock(lock)))
		;
}

static inline void spin_unlock(struct spinlock *lock)
{
	__atomic_store_n(&lock->taken, 0, __ATOMIC_RELEASE);
}

/*
 * Access 1, 2, 4 or, to store, 8 bytes of a device or of the guest's memory, which may abort. The
 * upper word of the result is 0, and the lower has what was loaded; or ~0 after an external abort.
 */
u64 guarded_load(uintptr_t addr, u32 size);
u64 guarded_store(uintptr_t addr, u32 size, u64 value);

/* The same for a word, without telling of an abort. */
u32 port_load(uintptr_t addr);

/* Records wait: have this CPU come back when it can spare the time. */
void arch_want_drain(void);

/* True if the guest has what this watch asks for; see vigil_watch(). */
bool arch_may_watch(const struct watch *watch);

/*
 * This watch was set or taken back: make stage 2 follow, for all CPUs, before returning.
 * Returns 0; or -1 with nothing changed when no table is left.
 */
int arch_apply_watch(const struct watch *watch);

/* Stop the guest on all CPUs, until the operator lets it go on. */
void arch_halt(void);

/*
 * What the operator wants: s to stop, c to go on, r to stop and show the registers of each CPU, R
 * to reset, which returns if the firmware cannot. The guest's time stands still while it is
 * stopped.
 */
void arch_operate(char key);
extern bool guest_stopped;

/* Stop this CPU for good; used before there is a guest. */
void __noreturn arch_park(void);
