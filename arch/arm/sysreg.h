/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers by their ARM ARM names (B3.17, B3.18), and barriers. A register is a number,
 * which the compiler takes apart; those that can be watched are in VIGIL_REGISTERS.
 */
#pragma once

#include "vigil/policy.h"

#define SR_MIDR	    VIGIL_REG(0, 0, 0, 0)
#define SR_MPIDR    VIGIL_REG(0, 0, 0, 5)
#define SR_CTR	    VIGIL_REG(0, 0, 0, 1)
#define SR_TPIDRURO VIGIL_REG(0, 13, 0, 3)
#define SR_CNTFRQ   VIGIL_REG(0, 14, 0, 0)
#define SR_CNTP_CTL VIGIL_REG(0, 14, 2, 1)
#define SR_CNTV_CTL VIGIL_REG(0, 14, 3, 1)

#define SR_VPIDR     VIGIL_REG(4, 0, 0, 0)
#define SR_VMPIDR    VIGIL_REG(4, 0, 0, 5)
#define SR_HCR	     VIGIL_REG(4, 1, 1, 0)
#define SR_HDCR	     VIGIL_REG(4, 1, 1, 1)
#define SR_HCPTR     VIGIL_REG(4, 1, 1, 2)
#define SR_HSTR	     VIGIL_REG(4, 1, 1, 3)
#define SR_VTCR	     VIGIL_REG(4, 2, 1, 2)
#define SR_HSR	     VIGIL_REG(4, 5, 2, 0)
#define SR_HDFAR     VIGIL_REG(4, 6, 0, 0)
#define SR_HIFAR     VIGIL_REG(4, 6, 0, 2)
#define SR_HPFAR     VIGIL_REG(4, 6, 0, 4)
#define SR_CNTHCTL   VIGIL_REG(4, 14, 1, 0)
#define SR_CNTHP_CTL VIGIL_REG(4, 14, 2, 1)

/* Operations: written, with an address or anything. */
#define SR_ICIALLUIS	      VIGIL_REG(0, 7, 1, 0)
#define SR_BPIALLIS	      VIGIL_REG(0, 7, 1, 6)
#define SR_DCCIMVAC	      VIGIL_REG(0, 7, 14, 1)
#define SR_ATS1C(user, write) VIGIL_REG(0, 7, 8, (user) << 1 | (write)) /* ATS1CPR to ATS1CUW */
#define SR_TLBIMVAH	      VIGIL_REG(4, 8, 7, 1)
#define SR_TLBIALLHIS	      VIGIL_REG(4, 8, 3, 0)
#define SR_TLBIALLNSNHIS      VIGIL_REG(4, 8, 3, 4)

/* 64-bit registers have MRRC's opc1 for opc2, and its CRm for CRn, as TTBR0 has. */
#define SR64_PAR     VIGIL_REG(0, 7, 0, 0)
#define SR64_CNTPCT  VIGIL_REG(0, 14, 0, 0)
#define SR64_CNTVOFF VIGIL_REG(0, 14, 0, 4)
#define SR64_VTTBR   VIGIL_REG(0, 2, 0, 6)

/* A number's fields, and where an instruction has them; the data register is %0. */
#define SR_FIELDS(nr) "i"((nr) >> 11), "i"((nr) >> 7 & 15), "i"((nr) >> 3 & 15), "i"((nr)&7)
#define SR_OPERANDS   ", %c1, %0, c%c2, c%c3, %c4"
#define SR64_OPERANDS ", %c4, %Q0, %R0, c%c2"

#define read_as(type, instruction, ...)                                 \
	({                                                              \
		type v_;                                                \
		__asm__ volatile(instruction : "=r"(v_) : __VA_ARGS__); \
		v_;                                                     \
	})
#define write_as(type, instruction, nr, v) \
	({ __asm__ volatile(instruction ::"r"((type)(v)), SR_FIELDS(nr) : "memory"); })
#define read_sr(nr)	  read_as(u32, "mrc p15" SR_OPERANDS, SR_FIELDS(nr))
#define read_sr64(nr)	  read_as(u64, "mrrc p15" SR64_OPERANDS, SR_FIELDS(nr))
#define write_sr(nr, v)	  write_as(u32, "mcr p15" SR_OPERANDS, nr, v)
#define write_sr64(nr, v) write_as(u64, "mcrr p15" SR64_OPERANDS, nr, v)

/* Another mode's register, by its name in MRS and MSR (banked), B9.3.9. */
#define read_banked(name)     read_as(u32, "mrs %0, " #name)
#define write_banked(name, v) __asm__ volatile("msr " #name ", %0" ::"r"(v))

/* Without a domain, it is the whole system. */
#define dsb(domain) __asm__ volatile("dsb " #domain ::: "memory")
#define isb()	    __asm__ volatile("isb" ::: "memory")
#define wfi()	    __asm__ volatile("dsb sy\n\twfi" ::: "memory")

/* Bits of registers. */
enum { SCTLR_M = BIT(0), SCTLR_C = BIT(2), SCTLR_V = BIT(13), SCTLR_TE = BIT(30) };
enum { HCR_VM = BIT(0), HCR_IMO = BIT(4), HCR_TWI = BIT(13) };

#define MPIDR_AFFINITY 0xffffffu
