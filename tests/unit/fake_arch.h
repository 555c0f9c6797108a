/* SPDX-License-Identifier: BSD-2-Clause */
/* The architecture and the port as the unit tests have them. */
#ifndef UNIT_FAKE_ARCH_H
#define UNIT_FAKE_ARCH_H

/* The host's headers come first: types.h makes all that is declared behind it local. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "names.h"
#include "arch.h"
#include "lib.h"

/* How a statement of ENDS() has ended. */
enum fake_end { RAN, PARKED, HALTED, STARTED };

#define FAKE_PORT_SIZE (8u * MIB)

struct fake {
	u32 cpu;
	u64 counter; /* of counter(), which adds `step` */
	u64 step;
	u32 hz;
	u64 ttbr0; /* what vigil_identify() fills in */
	u32 contextidr;
	u32 tpidruro;

	u32 wants; /* calls of arch_want_drain() */
	u32 flushes;
	void (*on_clean)(uintptr_t lo, size_t size);
	void (*on_flush)(void);

	u32 mpidr[32]; /* of arch_add_cpu() */
	u32 cpus;

	u32 opcode; /* of guest_fetch(), at any PC, unless it is paged out */
	bool paged_out;

	u32 self;     /* MPIDR */
	u32 start[4]; /* of cpu_start_guest() */
	bool sealed;
	u32 filters; /* calls of cp15_filter() */

	/* The port: what it still takes, and after how many refusals it takes one more. */
	size_t room;
	u32 refill;
	u32 refused; /* in a row */
	u32 refusals;
	u32 port; /* of arch_map_port() */
	size_t sent;
	char *text; /* all that it took, as a string */

	/* What was typed, as the data register has it, and how much of it was read from there. */
	u32 input[512];
	u32 typed, taken;
	/* Its other registers, and how often one of those was read and written. */
	u32 registers[PAGE_SIZE / 4];
	u32 reads, writes;

	u32 resets;	       /* calls of arch_operate('R') */
	void (*on_reset)(void);
	u32 shows;	       /* with 'r' */
	u32 waits;	       /* of cpu_wait() */
	void (*on_wait)(void); /* what it does, or the test fails */
};

extern struct fake fake;

/* The state of the code under test and of this is as at the program's start. */
int fake_reset(void **state);

void fake_port_clear(void);

/* Type these; or what the data register will have, with its errors. */
void fake_type(const char *text);
void fake_type_raw(u32 data);

/* What it reads as with nothing typed; and those that tell why the port interrupts, by a mask. */
#define FAKE_NOTHING 0xeeu
#define FAKE_IMSC    0x38u
#define FAKE_RIS     0x3cu
#define FAKE_MIS     0x40u

/* Map host memory at these addresses, as the guest's RAM. Zeroed. */
void fake_ram(u64 lo, u64 size);

/* Repeatable random numbers; others for another seed. */
void fake_seed(u32 seed);
u32 fake_random(void);
u32 fake_random_below(u32 n);

extern jmp_buf *fake_exit;

/* Run what may not return. */
#define ENDS(statement)                            \
	({                                         \
		jmp_buf env_, *outer_ = fake_exit; \
		int end_ = setjmp(env_);           \
		if (!end_) {                       \
			fake_exit = &env_;         \
			statement;                 \
		}                                  \
		fake_exit = outer_;                \
		end_;                              \
	})

/* It stops with just this line. */
#define assert_stops(statement, message)                                        \
	do {                                                                    \
		fake_port_clear();                                              \
		assert_int_equal(ENDS(statement), PARKED);                      \
		assert_string_equal(fake.text, "vigil: stop: " message "\r\n"); \
	} while (0)

/* assert_int_equal() is for 64 bits as well, but says so in decimal. */
#define assert_hex(got, want)                                                  \
	do {                                                                   \
		unsigned long long got_ = (got), want_ = (want);               \
		if (got_ != want_)                                             \
			fail_msg("%s is %#llx, not %#llx", #got, got_, want_); \
	} while (0)

#define TEST(name) cmocka_unit_test_setup(name, fake_reset)

#endif
