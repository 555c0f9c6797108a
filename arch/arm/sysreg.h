/* SPDX-License-Identifier: BSD-2-Clause */
/* CP15 registers by their ARM ARM names (B3.17, B3.18), and barriers. */
#pragma once

#include "types.h"

#define SR_MIDR	      "p15, 0, %0, c0, c0, 0"
#define SR_MPIDR      "p15, 0, %0, c0, c0, 5"
#define SR_CTR	      "p15, 0, %0, c0, c0, 1"
#define SR_PMCR	      "p15, 0, %0, c9, c12, 0"
#define SR_SCTLR      "p15, 0, %0, c1, c0, 0"
#define SR_CPACR      "p15, 0, %0, c1, c0, 2"
#define SR_TTBCR      "p15, 0, %0, c2, c0, 2"
#define SR_DFSR	      "p15, 0, %0, c5, c0, 0"
#define SR_IFSR	      "p15, 0, %0, c5, c0, 1"
#define SR_DFAR	      "p15, 0, %0, c6, c0, 0"
#define SR_IFAR	      "p15, 0, %0, c6, c0, 2"
#define SR_VBAR	      "p15, 0, %0, c12, c0, 0"
#define SR_CONTEXTIDR "p15, 0, %0, c13, c0, 1"
#define SR_TPIDRURO   "p15, 0, %0, c13, c0, 3"
#define SR_CNTFRQ     "p15, 0, %0, c14, c0, 0"
#define SR_CNTP_CTL   "p15, 0, %0, c14, c2, 1"
#define SR_CNTV_CTL   "p15, 0, %0, c14, c3, 1"

#define SR_VPIDR     "p15, 4, %0, c0, c0, 0"
#define SR_VMPIDR    "p15, 4, %0, c0, c0, 5"
#define SR_HCR	     "p15, 4, %0, c1, c1, 0"
#define SR_HDCR	     "p15, 4, %0, c1, c1, 1"
#define SR_HCPTR     "p15, 4, %0, c1, c1, 2"
#define SR_HSTR	     "p15, 4, %0, c1, c1, 3"
#define SR_VTCR	     "p15, 4, %0, c2, c1, 2"
#define SR_HSR	     "p15, 4, %0, c5, c2, 0"
#define SR_HDFAR     "p15, 4, %0, c6, c0, 0"
#define SR_HIFAR     "p15, 4, %0, c6, c0, 2"
#define SR_HPFAR     "p15, 4, %0, c6, c0, 4"
#define SR_HTPIDR    "p15, 4, %0, c13, c0, 2"
#define SR_CNTHCTL   "p15, 4, %0, c14, c1, 0"
#define SR_CNTHP_CTL "p15, 4, %0, c14, c2, 1"

/* Operations: written, with an address or anything. */
#define SR_ICIALLU	 "p15, 0, %0, c7, c5, 0"
#define SR_BPIALL	 "p15, 0, %0, c7, c5, 6"
#define SR_DCCIMVAC	 "p15, 0, %0, c7, c14, 1"
#define SR_ATS1CPR	 "p15, 0, %0, c7, c8, 0"
#define SR_ATS1CPW	 "p15, 0, %0, c7, c8, 1"
#define SR_ATS1CUR	 "p15, 0, %0, c7, c8, 2"
#define SR_ATS1CUW	 "p15, 0, %0, c7, c8, 3"
#define SR_TLBIMVAH	 "p15, 4, %0, c8, c7, 1"
#define SR_TLBIALLHIS	 "p15, 4, %0, c8, c3, 0"
#define SR_TLBIALLNSNHIS "p15, 4, %0, c8, c3, 4"

/* 64-bit registers, for mrrc and mcrr. */
#define SR64_TTBR0   "p15, 0, %Q0, %R0, c2"
#define SR64_PAR     "p15, 0, %Q0, %R0, c7"
#define SR64_CNTPCT  "p15, 0, %Q0, %R0, c14"
#define SR64_CNTVOFF "p15, 4, %Q0, %R0, c14"
#define SR64_VTTBR   "p15, 6, %Q0, %R0, c2"

#define read_as(type, op, reg)                       \
	({                                           \
		type v_;                             \
		__asm__ volatile(op reg : "=r"(v_)); \
		v_;                                  \
	})
#define read_sr(reg)	   read_as(u32, "mrc ", reg)
#define read_sr64(reg)	   read_as(u64, "mrrc ", reg)
#define write_sr(reg, v)   ({ __asm__ volatile("mcr " reg ::"r"((u32)(v)) : "memory"); })
#define write_sr64(reg, v) ({ __asm__ volatile("mcrr " reg ::"r"((u64)(v)) : "memory"); })

/* Without a domain, it is the whole system. */
#define dsb(domain) __asm__ volatile("dsb " #domain ::: "memory")
#define isb()	    __asm__ volatile("isb" ::: "memory")
#define wfi()	    __asm__ volatile("dsb sy\n\twfi" ::: "memory")

#define SCTLR_M BIT(0)
#define SCTLR_C BIT(2)
#define SCTLR_V BIT(13)

#define TTBCR_EAE BIT(31)

#define HCR_IMO BIT(4)
#define HCR_TWI BIT(13)

#define MPIDR_AFFINITY 0xffffffu
