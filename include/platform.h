/* SPDX-License-Identifier: BSD-2-Clause */
/* What a board adds to its device tree: one const struct each. */
#pragma once

#include "types.h"

struct uart {
	/* True if the port takes a character without waiting. */
	bool (*ready)(uintptr_t base);
	void (*put)(uintptr_t base, char c);
	u32 size;
	u32 data; /* offset of the register that takes characters */
	/* Whether a guest that does not own the port may write this to another register of it. */
	bool (*may_write)(uintptr_t base, u32 offset, u32 value);
};

struct platform {
	const char *name;
	const struct uart *uart;
	u32 uart_base;
	/* Lists of `compatible` strings, spaces between them; or NULL: */
	const char *compatible; /* of root nodes that this image may run on */
	const char *masters;	/* of devices that master the bus */
	const char *withhold;	/* of devices that the guest never gets */
	/* What the tree does not name, and the guest does not get with its neighbours. */
	struct {
		u32 lo, hi; /* inclusive */
	} never;
	/* Without PSCI: the flags register that CPUs wait for, and what the GIC is based on. */
	u32 flags, gic;
};

extern const struct platform platform;

extern const struct uart uart_8250, uart_pl011, uart_samsung;
