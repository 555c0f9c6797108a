/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control registers that can be watched. Their numbers, names, and all that arch/arm/cp15.c
 * does with them come from this one table.
 */
#pragma once

/* A register's number: the operands of its MCR and MRC, p15 and the data register left out. */
#define VIGIL_REG(opc1, crn, crm, opc2) ((opc1) << 11 | (crn) << 7 | (crm) << 3 | (opc2))

/*
 * By their names in the ARM ARM; opc1, CRn, CRm, opc2; whether they may be read, written, and with
 * WIDE by MRRC and MCRR, DROP if a write does nothing, and what of it User mode may; and what makes
 * them trap: T(n) all accesses to CRn n; TVM, TSW, TAC, TIDCP are bits of HCR, TVM for writes
 * alone, TPM of HDCR. TLBI stands for all TLB maintenance. By their numbers.
 */
#define VIGIL_REGISTERS(X)                             \
	X(SCTLR, 0, 1, 0, 0, RW, TVM | T(1))           \
	X(ACTLR, 0, 1, 0, 1, RW | DROP, TAC)           \
	X(CPACR, 0, 1, 0, 2, RW, T(1))                 \
	X(NSACR, 0, 1, 1, 2, RO, T(1))                 \
	X(TTBR0, 0, 2, 0, 0, RW | WIDE, TVM | T(2))    \
	X(TTBR1, 0, 2, 0, 1, RW | WIDE, TVM | T(2))    \
	X(TTBCR, 0, 2, 0, 2, RW, TVM | T(2))           \
	X(DACR, 0, 3, 0, 0, RW, TVM | T(3))            \
	X(DFSR, 0, 5, 0, 0, RW, TVM | T(5))            \
	X(IFSR, 0, 5, 0, 1, RW, TVM | T(5))            \
	X(ADFSR, 0, 5, 1, 0, RW, TVM | T(5))           \
	X(AIFSR, 0, 5, 1, 1, RW, TVM | T(5))           \
	X(DFAR, 0, 6, 0, 0, RW, TVM | T(6))            \
	X(IFAR, 0, 6, 0, 2, RW, TVM | T(6))            \
	X(DCISW, 0, 7, 6, 2, WO, TSW)                  \
	X(DCCSW, 0, 7, 10, 2, WO, TSW)                 \
	X(DCCISW, 0, 7, 14, 2, WO, TSW)                \
	X(TLBI, 0, 8, 3, 0, WO, T(8))                  \
	X(PMCR, 0, 9, 12, 0, RW | USER(RW), TPM)       \
	X(PMCNTENSET, 0, 9, 12, 1, RW | USER(RW), TPM) \
	X(PMCNTENCLR, 0, 9, 12, 2, RW | USER(RW), TPM) \
	X(PMOVSR, 0, 9, 12, 3, RW | USER(RW), TPM)     \
	X(PMSWINC, 0, 9, 12, 4, WO | USER(WO), TPM)    \
	X(PMSELR, 0, 9, 12, 5, RW | USER(RW), TPM)     \
	X(PMCEID0, 0, 9, 12, 6, RO | USER(RO), TPM)    \
	X(PMCEID1, 0, 9, 12, 7, RO | USER(RO), TPM)    \
	X(PMCCNTR, 0, 9, 13, 0, RW | USER(RW), TPM)    \
	X(PMXEVTYPER, 0, 9, 13, 1, RW | USER(RW), TPM) \
	X(PMXEVCNTR, 0, 9, 13, 2, RW | USER(RW), TPM)  \
	X(PMUSERENR, 0, 9, 14, 0, RW | USER(RO), TPM)  \
	X(PMINTENSET, 0, 9, 14, 1, RW, TPM)            \
	X(PMINTENCLR, 0, 9, 14, 2, RW, TPM)            \
	X(PMOVSSET, 0, 9, 14, 3, RW | USER(RW), TPM)   \
	X(PRRR, 0, 10, 2, 0, RW, TVM | T(10))          \
	X(NMRR, 0, 10, 2, 1, RW, TVM | T(10))          \
	X(AMAIR0, 0, 10, 3, 0, RW, TVM | T(10))        \
	X(AMAIR1, 0, 10, 3, 1, RW, TVM | T(10))        \
	X(VBAR, 0, 12, 0, 0, RW, T(12))                \
	X(ISR, 0, 12, 1, 0, RO, T(12))                 \
	X(CONTEXTIDR, 0, 13, 0, 1, RW, TVM)            \
	X(L2CTLR, 1, 9, 0, 2, RO, TIDCP)               \
	X(CBAR, 4, 15, 0, 0, RO, TIDCP)

#define VIGIL_REG_NR(name, opc1, crn, crm, opc2, ...) REG_##name = VIGIL_REG(opc1, crn, crm, opc2),

enum vigil_register { VIGIL_REGISTERS(VIGIL_REG_NR) };
