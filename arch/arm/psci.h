/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware's Power State Coordination Interface, mediated. */
#ifndef ARM_PSCI_H
#define ARM_PSCI_H

#include "trap.h"

#define SMCCC_NOT_SUPPORTED 0xffffffffu

/*
 * The function identifiers that PSCI 0.1 firmware has in the device tree; 0
 * where it has none, and all 0 for PSCI 0.2 and later. Boot CPU only.
 */
struct psci_ids {
	u32 cpu_suspend;
	u32 cpu_off;
	u32 cpu_on;
};

void psci_init(bool present, const struct psci_ids *v01);

/*
 * A guest's call. Returns false if this is not a PSCI function; else r0 has
 * the result, or the CPU or machine is off.
 */
bool psci_call(struct frame *f);

#endif
