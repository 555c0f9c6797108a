/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that a policy needs; lib.h, which comes with it, has strings and numbers. See
 * docs/policy.md for a walk through it.
 *
 * A policy is one C file with one VIGIL_POLICY. It says what it wants to see,
 * by static watches or by vigil_watch(), and answers each event with a
 * verdict. What no policy watches is not trapped.
 *
 * on_event() runs on the CPU that trapped, with that CPU's guest stopped, and
 * may run on several CPUs at once. It must not loop without bound.
 */
#pragma once

#include "lib.h"
#include "vigil/registers.h"

enum event_kind {
	EV_MMIO,    /* device access; range: guest-physical addresses */
	EV_MEMORY,  /* RAM; range: guest-physical addresses */
	EV_SYSREG,  /* control register; range: register numbers */
	EV_SYSCALL, /* system call; range: call numbers */
	EV_CALL,    /* SMC or HVC; range: function identifiers (r0) */
	EV_KINDS
};

/* Ordered: where policies disagree, the strictest (largest) wins. */
enum verdict {
	ALLOW, /* as on hardware; or with `value` or `arg`, when `replace` is set */
	DENY,  /* see struct event, `value` */
	KILL,  /* an undefined-instruction exception at the access */
	HALT   /* stop the guest on all CPUs, flush the log */
};

/* What is done, and what a watch asks for; for EV_CALL, the conduit. */
#define ACC_READ  1u
#define ACC_WRITE 2u
#define ACC_EXEC  4u
#define ACC_SMC	  1u
#define ACC_HVC	  2u
#define ACC_SVC	  1u /* for EV_SYSCALL: the call; room is left for its return */
#define ACC_ANY	  7u

struct event {
	union {
		struct {
			u8 kind;   /* enum event_kind */
			u8 access; /* one ACC_ bit */
			u8 size;   /* bytes: 1, 2, 4 or 8 */
			u8 cpu;	   /* index, 0 to 7 */
		};
		u32 what; /* these four at once */
	};
	const struct policy *by; /* whose verdict it is; NULL for the monitor's own */

	union {
		struct {
			/* What a policy may set; false if it does not. */
			bool log;     /* write an audit record */
			bool replace; /* use `value` */

			/* What the monitor makes of the verdicts. */
			u8 verdict; /* the outcome */
			u8 would;   /* what enforcing would have done, when it differs */

			bool absent;	/* there is nothing at this address */
			bool walk;	/* EV_MEMORY: the guest's page-table walker did it */
			bool exclusive; /* EV_MEMORY: a store-exclusive */
			bool indirect;	/* EV_SYSCALL: made by way of syscall(), of the old ABI */
		};
		u64 flags;   /* all of these */
		u32 settled; /* the first four: 0 for what is plainly allowed, and not logged */
	};

	u32 pc;	  /* of the instruction */
	u32 cpsr; /* of the guest at it: mode, Thumb, endianness */

	/*
	 * What is written; for a read, what was read once it is logged. A policy that sets
	 * `replace` puts the value to use instead here: an allowed write then writes it, an
	 * allowed read returns it and leaves the device untouched. With DENY, a device read and
	 * a call return it: 0 and NOT_SUPPORTED if the policy sets nothing. A system call that
	 * is denied returns it as its error, EPERM if the policy sets nothing; `replace` there is
	 * about the arguments, arg[].
	 */
	u64 value;

	/*
	 * Process identity, filled by vigil_identify() and in what is logged. The guest writes
	 * these registers as it likes.
	 */
	u64 ttbr0;
	u32 contextidr;
	u32 tpidruro;

	union {
		u64 ipa; /* EV_MMIO, EV_MEMORY: guest-physical address */
		u64 old; /* EV_SYSREG: the register before the write */
	};
	union {
		u32 va; /* EV_MMIO, EV_MEMORY: virtual address */
		u32 nr; /* EV_CALL: function identifier; EV_SYSCALL: number; EV_SYSREG: register */
	};
	u32 arg[7]; /* EV_CALL: r1 to r7; EV_SYSCALL: r0 to r6; else the monitor's own */
};

/* A range of interest, both ends inclusive. A list ends with access = 0. It has no gaps. */
struct watch {
	u64 lo, hi;
	u32 kind;   /* enum event_kind */
	u32 access; /* ACC_ bits */
};

/* A number that has a name. A list ends with a NULL name. */
struct vigil_name {
	u32 nr;
	const char *name;
};

/* Linux' system calls, and the registers of the table. */
extern const struct vigil_name vigil_calls[], vigil_registers[];

/* A number's name, or NULL. NULL is no list. */
const char *vigil_name(const struct vigil_name *names, u64 nr);

struct policy {
	const char *name;
	const struct watch *watches; /* may be NULL */

	/*
	 * Takes one option `name.key=value`, before init(). Returns 0, or -1
	 * if it is not understood: the boot then stops and says so.
	 */
	int (*option)(const struct policy *self, const char *key, const char *value);

	/* Runs once before the guest. Returns 0, or -1 to stop the boot. */
	int (*init)(const struct policy *self);

	enum verdict (*on_event)(struct event *ev);

	/* Runs when the guest powers off or resets; may print. May be NULL. */
	void (*off)(void);

	/*
	 * In its lists and records, system calls have names, if this is vigil_calls; numbers
	 * alone, if it is NULL.
	 */
	const struct vigil_name *calls;
};

/*
 * A policy, by its name and what else it has of the above: VIGIL_POLICY(quiet, .init = start); its
 * structure is quiet_policy, which is the `self` of its functions.
 */
#define VIGIL_POLICY(ident, ...)                                         \
	static const struct policy ident##_policy __section(".policies") \
		__aligned(sizeof(void *)) = {.name = #ident, __VA_ARGS__}

/*
 * vigil_watch(policy, watch):
 * watch [lo, hi] for `access` on behalf of `policy`, from option(), init() or at run time.
 * EV_MMIO ranges must lie in devices of the guest; an EV_MEMORY range in its RAM, by whole pages
 * unless only ACC_WRITE is asked for; an EV_SYSREG range goes from one register of the table to
 * another, and is set before the guest runs. Any range for the rest.
 *
 * Where reads are watched, execution is too; an allowed execution opens its page for both until
 * it is watched anew.
 *
 * Returns 0; or -1, with nothing changed, if the range is not the guest's or no room is left.
 * Before the guest runs its map is not known yet: what is not the guest's then stops the boot.
 *
 * vigil_unwatch(policy, watch):
 * take back a watch, given as it was set. Returns 0, or -1 if there is none.
 */
int vigil_change(bool set, const struct policy *policy, const struct watch *watch);
#define vigil_watch(...)   vigil_change(true, __VA_ARGS__)
#define vigil_unwatch(...) vigil_change(false, __VA_ARGS__)

/* A register of the table as it is on this CPU, or 0 if it cannot be read. */
u64 vigil_register(u32 nr);

/*
 * Where the guest's kernel has a virtual address: guest-physical, by the page tables of this CPU.
 * VIGIL_NOWHERE if it may not read there, or with `write` not write.
 */
#define VIGIL_NOWHERE (~0ull)
u64 vigil_translate(u32 va, bool write);

/* Fill the event's process identity: it costs time, so it is not there unasked. */
void vigil_identify(struct event *ev);

/*
 * Read "0x9010000+0x1000", "0x9010000-0x9010fff" or "0x9010000" (4 bytes),
 * decimal as well. Returns what follows it, or NULL if there is no range.
 * With vigil_calls, a call's name or numbers, of which a lone one is one call;
 * with vigil_registers, a register's name.
 */
const char *vigil_parse(const struct vigil_name *names, const char *text, u64 *lo, u64 *hi);

/*
 * vigil_watch() for each item of a comma-separated list, or "all".
 * Returns 0, or -1 at the first that is not understood or not possible.
 */
int vigil_watch_list(const struct policy *by, enum event_kind kind, u8 access, const char *list);

/* A line of the log that is no event's: `@vigil`, and this; waits for the port. For off(). */
void vigil_print(const char *fmt, ...) __printf(1, 2);

/* True for the first `most` of a second, of calls with this state: zeros at first. */
bool vigil_rate(u64 state[2], u32 most);
