/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware's Power State Coordination Interface, mediated. */
#ifndef ARM_PSCI_H
#define ARM_PSCI_H

#include "types.h"

#define SMCCC_NOT_SUPPORTED 0xffffffffu

/*
 * A guest's call with these r0-r3, and its result: NOT_SUPPORTED for all that is not PSCI. It
 * does not return if the CPU or the machine is off after it.
 */
u32 psci_call(const u32 *r);

#endif
