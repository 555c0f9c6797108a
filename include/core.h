/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot: memory, device tree, guest. Boot CPU only, where nothing else is said. */
#pragma once

#include "monitor.h"
#include "layout.h"
#include "platform.h"

/* What is where in the guest-physical address space, from the device tree. */

/*
 * In order of precedence: where regions overlap, the last one counts. What is
 * withheld is a device that the guest does not get.
 */
enum region_type { REGION_NONE, REGION_DEVICE, REGION_RAM, REGION_WITHHELD, REGION_MONITOR };

#define MAX_REGIONS 384

struct region {
	phys_addr lo, hi; /* inclusive */
	enum region_type type;
};

extern struct region memmap[MAX_REGIONS];
extern u32 memmap_count;

/* Add a region; merges it with a neighbour of its type. Stops if full. */
void memmap_add(phys_addr lo, phys_addr hi, enum region_type type);

/* What is at this address. */
enum region_type memmap_type(phys_addr addr);

/*
 * True if every byte of [lo, hi] is of this type. Overlaps with a region of
 * higher precedence make it false.
 */
bool memmap_within(phys_addr lo, phys_addr hi, enum region_type type);

/* The device tree that U-Boot passes. Boot CPU only. */

struct range {
	phys_addr lo, hi; /* inclusive */
};

/*
 * Read the entry that is `at` cells into the `reg` or `ranges`, by name, of a child of `parent`;
 * {1, 0} if it is empty or there is none. Returns where the next one is; -1 behind the last.
 */
int devtree_entry(const void *fdt, int parent, int node, const char *name, int at, struct range *r);

/* For each of them, and if there is none once, with {1, 0}. */
#define devtree_for_each_entry(r, fdt, parent, node, name) \
	for (int at_ = 0;                                  \
	     at_ >= 0 && (at_ = devtree_entry(fdt, parent, node, name, at_, &r), true);)

u64 devtree_cells(const u32 *p, int cells);

/* The node's `compatible` has one of these, spaces between them; NULL: none. */
bool devtree_compatible(const void *fdt, int node, const char *list);

bool devtree_is_enabled(const void *fdt, int node);

/* The banks of memory, in whole pages. Returns how many. */
#define MAX_BANKS 16
u32 devtree_memory(const void *fdt, struct range bank[MAX_BANKS]);

/*
 * The node of the first module in /chosen that is so compatible, or negative.
 * `out` is what it names; {1, 0} if that is nothing.
 */
int devtree_module(const void *fdt, int chosen, const char *compatible, struct range *out);

/* Linux' own ramdisk, or the one that is a module; {1, 0} if there is none. */
void devtree_ramdisk(const void *fdt, int chosen, struct range *out);

/*
 * The highest room of `size` bytes, so aligned, in RAM below `limit`, clear
 * of all that the tree says is in use, and of `but`. NULL if there is none.
 */
void *devtree_room(const void *fdt, u32 size, u32 align, phys_addr limit, const struct range *but);

/* Register each CPU, and PSCI firmware, with the architecture. */
void devtree_cpus(const void *fdt);

/* Stop if an edit has failed. */
void devtree_check(int err, const char *what);

/* Make room for edits. Returns where the tree is now. */
void *devtree_open(void *fdt, const struct range *kernel);

/* Enter each device into memmap; disable those that are withheld. */
void devtree_devices(void *fdt);

/* The bus masters left to the guest, by name, for the log's header. */
extern char dma_masters[];

/*
 * Edit the tree for the guest: its memory is memmap's, the monitor's own
 * properties are gone, the ramdisk is named.
 */
void devtree_edit(void *fdt, const struct range *ramdisk);

/* The boot's steps, once and in order: from head.S, and in core/boot.c. Boot CPU only. */

/* What tools put behind the monitor's image; `size` 0 if there is nothing. */
struct payload {
	u32 magic;
	u32 size;
	u32 raw; /* a raw image, to run at `addr`; else a zImage */
	u32 addr;
	u8 data[];
};

#define PAYLOAD_MAGIC 0x6c696756u

/* Have an image work `delta` bytes from where it was. All that runs before the image itself does.
 */
void place_relocate(char *image, u32 delta);

/* Stop if this is not Hyp mode. */
void place_check_mode(u32 cpsr, u32 id_pfr1);

/* Copy the image to free memory, ready to run. Returns where it is. */
char *place_monitor(const void *fdt);

/* All that is left to do, in the copy. */
void __noreturn boot_main(void *fdt, u32 machine, const struct payload *payload);

/* The operator's options: /chosen `vigil,options`, docs/architecture.md. */

/* Node names of `withhold=`, comma-separated; "dma" means all masters. */
extern const char *option_withhold;

/* The address of a second port, which is the log's alone; 0: it shares the board's. */
extern u32 option_log;

/* The kernel takes system calls of the old ABI, with the number in the instruction. */
extern bool option_oabi;

/* How system calls are seen: b by a breakpoint, v by the vector, 0 by what works. */
extern char option_svc;

/*
 * Take the options of `text`: words apart by spaces. Stops the boot at one
 * that is not understood.
 */
void options_parse(const char *text, size_t len);

/* Find the kernel, put a raw image in place. Stops if there is no good one. */
void guest_find(const void *fdt, int chosen, const struct payload *payload, struct range *kernel,
		struct range *ramdisk);

/* What the architecture does: a CPU of the device tree, by its MPIDR affinity. */
void arch_add_cpu(u32 mpidr);

/*
 * PSCI firmware, and what it knows its functions as: `fixed`, which is as they stand here at first,
 * or those of 0.1, which has them in the device tree (0: it has none).
 */
extern struct firmware {
	bool fixed;
	u32 on, off, suspend;
} firmware;

/* Turn the MMU on, RAM from memmap. */
void arch_map_for_boot(void);

/* Have the console be the port at this address. Boot CPU only, with no other one up. */
void arch_map_port(u32 base);

/* Build stage 2 from memmap and the watches that there are. */
void arch_build_guest_map(void);

/* Write cached memory back, for a guest that starts with its cache off. */
void arch_clean(uintptr_t lo, size_t size);

/* Prove what is promised, drop the boot's map, start the guest. */
void __noreturn arch_start_guest(u32 entry, u32 machine, u32 fdt);
