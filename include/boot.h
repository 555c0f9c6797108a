/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot: what core/boot.c asks of the architecture, once and in order. */
#ifndef BOOT_H
#define BOOT_H

#include "types.h"

/* Bus masters left to the guest, by node name, for the log's header. */
#define DMA_MASTERS_MAX 1536
extern char dma_masters[DMA_MASTERS_MAX];

/* A CPU of the device tree, by its MPIDR affinity. */
void arch_add_cpu(u32 mpidr);
u32 arch_cpu_count(void);

/* There is PSCI firmware; its identifiers if it is 0.1, else 0. */
void arch_firmware(u32 cpu_on, u32 cpu_off, u32 cpu_suspend);

/* Turn the MMU on, RAM from memmap. */
void arch_map_for_boot(void);

/* Build stage 2 from memmap; watches may be set from here on. */
void arch_build_guest_map(void);

/* Write cached memory back, for a guest that starts with its cache off. */
void arch_clean(uintptr_t lo, size_t size);

/* Prove what is promised, drop the boot's map, start the guest. */
void __noreturn arch_start_guest(u32 entry, u32 machine, u32 fdt);

#endif
