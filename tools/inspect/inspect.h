/* SPDX-License-Identifier: BSD-2-Clause */
/* What a device tree says of a board, as far as it matters to the monitor. */
#ifndef INSPECT_H
#define INSPECT_H

/* The host's headers come first: types.h makes all that is declared behind it local. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../host/names.h"
#include "core.h"

enum hyp { HYP_NO, HYP_YES, HYP_V8, HYP_UNKNOWN };

#define MAX_KINDS   4
#define MAX_MASTERS 256
#define MAX_KEPT    64

struct device {
	const char *name;
	const char *compatible; /* the first one */
	struct range reg;	/* {1, 0}: none that is reached */
	const char *reach;	/* of a master's */
	struct range window;	/* the same, if the tree limits it; else {1, 0} */
};

struct facts {
	const char *model, *compatible;

	struct {
		const char *compatible;
		u32 count;
		enum hyp hyp;
	} cpu[MAX_KINDS];
	u32 kinds, cpus;

	u32 banks;
	struct range bank[MAX_BANKS];

	struct device gic, gich, uart;
	bool gic_known; /* GICH and GICV would be withheld */
	u32 gic_regs;
	bool timer;	    /* the generic one, on every ARMv7-A with Hyp mode */
	const char *driver; /* of ours, for the UART; NULL */

	const char *method; /* enable-method of the CPUs; NULL */
	const char *psci;   /* "0.1", "0.2 or later"; NULL */
	const char *conduit;

	const struct platform *platform; /* that fits; NULL */

	u32 masters, kept;
	struct device master[MAX_MASTERS];
	const char *kept_name[MAX_KEPT];

	const char *stop; /* what the boot would stop with; NULL */
};

/* Fill it, from a tree that stays as it is. The buffer is for a copy, edited as for the guest. */
void inspect_tree(const void *tree, void *buffer, int size, struct facts *f);

#endif
