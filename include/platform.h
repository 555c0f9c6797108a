/* SPDX-License-Identifier: BSD-2-Clause */
/* What a board adds to its device tree: one const struct each. */
#pragma once

#include "arch.h"

/* A port, with registers of 32 bits, by their offsets. It is used as the firmware has set it up. */
struct uart {
	u32 data;	 /* takes characters */
	u32 status;	 /* says when, without waiting: */
	u32 mask, ready; /* by these bits of it, that are so */
	/* Where the monitor may own the port, with a page of its own: bits of the status, that
	 * nothing is received; the register that enables interrupts, behind which are the two that
	 * tell of them; in those, that something is received; and bit n: the guest may write
	 * register n. */
	u32 empty;
	u32 enabled;
	u32 received;
	u32 guest_writes;
};

struct platform {
	const char *name;
	const struct uart *uart;
	u32 uart_base;
	/* Lists of `compatible` strings, spaces between them; or NULL: */
	const char *compatible; /* of root nodes that this image may run on */
	const char *masters;	/* of devices that master the bus */
	const char *withhold;	/* of devices that the guest never gets */
	/* What the tree does not name, and the guest does not get with its neighbours: from, to. */
	u32 never[2];
	/* Where there is no PSCI: the flags register that CPUs wait for, and what the GIC is based
	 * on. */
	u32 flags, gic;
};

extern const struct platform platform;

/* The port takes a character. */
static inline bool console_ready(void)
{
	return (port_read(platform.uart->status) & platform.uart->mask) == platform.uart->ready;
}

extern const struct uart uart_pl011;
