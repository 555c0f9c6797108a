/* SPDX-License-Identifier: BSD-2-Clause */
/* CP15, read and written by name. */
#ifndef UNIT_FAKE_SYSREG_H
#define UNIT_FAKE_SYSREG_H

#include "../../arch/arm/cpu.h"

#undef read_sr
#undef write_sr
#undef write_sr64
#define read_sr(reg)	 fake_read_sr(#reg)
#define write_sr(reg, v) fake_write_sr(#reg, v)
#define write_sr64(reg, v) ((void)(v)) /* the guest's time, which is no test's */

#define this_cpu()	 (&cpus[0])

u32 fake_read_sr(const char *name);
void fake_write_sr(const char *name, u32 value);

#endif
