/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot's steps, once and in order: core/boot.c. Boot CPU only. */
#ifndef BOOT_H
#define BOOT_H

#include "devtree.h"

/* The operator's options: /chosen `vigil,options`, docs/architecture.md. */
#define OPTIONS_PROPERTY "vigil,options"

/* Node names of `withhold=`, comma-separated; "dma" means all masters. */
extern const char *option_withhold;

/*
 * Take the options of `text`: words apart by spaces. Stops the boot at one
 * that is not understood.
 */
void options_parse(const char *text, size_t len);

/* What tools put behind the monitor's image; `size` 0 if there is nothing. */
struct payload {
	u32 magic;
	u32 size;
	u32 raw; /* a raw image, to run at `addr`; else a zImage */
	u32 addr;
	u8 data[];
};

#define PAYLOAD_MAGIC 0x6c696756u

/* Find the kernel, put a raw image in place. Stops if there is no good one. */
u32 guest_find(const void *fdt, int chosen, const struct payload *payload, struct range *kernel,
	       struct range *ramdisk);

/* The memory that image and payload hold where U-Boot left them. */
struct range guest_image(const struct payload *payload);

/* What the architecture does: a CPU of the device tree, by its MPIDR affinity. */
void arch_add_cpu(u32 mpidr);
u32 arch_cpu_count(void);

/* There is PSCI firmware: with `fixed` identifiers, or 0.1, with these (0: it has none). */
void arch_firmware(bool fixed, u32 cpu_on, u32 cpu_off, u32 cpu_suspend);

/* Turn the MMU on, RAM from memmap. */
void arch_map_for_boot(void);

/* Build stage 2 from memmap; watches may be set from here on. */
void arch_build_guest_map(void);

/* Write cached memory back, for a guest that starts with its cache off. */
void arch_clean(uintptr_t lo, size_t size);

/* Prove what is promised, drop the boot's map, start the guest. */
void __noreturn arch_start_guest(u32 entry, u32 machine, u32 fdt);

#endif
