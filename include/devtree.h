/* SPDX-License-Identifier: BSD-2-Clause */
/* The device tree that U-Boot passes. Boot CPU only. */
#ifndef DEVTREE_H
#define DEVTREE_H

#include "types.h"

struct range {
	phys_addr lo;
	phys_addr hi; /* inclusive */
};

/* The entries of a `reg` or `ranges`: cells to skip, an address, a size. */
struct devtree_list {
	const u32 *cells; /* NULL if there is no such property */
	int len;	  /* bytes */
	int skip;
	int address_cells;
	int size_cells;
};

/* The `reg` of a child of `parent`. */
struct devtree_list devtree_reg(const void *fdt, int parent, int node);

/* Read the i-th entry; {1, 0} if it is empty. Returns its first cell; NULL at the end. */
const u32 *devtree_entry(const struct devtree_list *list, int i, struct range *out);

u64 devtree_cells(const u32 *p, int cells);

/* The node's `compatible` has one of these; NULL ends the list. */
bool devtree_compatible(const void *fdt, int node, const char *const *list);

bool devtree_has_type(const void *fdt, int node, const char *type);

bool devtree_is_enabled(const void *fdt, int node);
bool devtree_is_memory(const void *fdt, int node);

/* The banks of memory, in whole pages. Returns how many. */
#define MAX_BANKS 16
u32 devtree_memory(const void *fdt, struct range bank[MAX_BANKS]);

/* The node of the first module in /chosen that is so compatible, or negative. */
int devtree_module(const void *fdt, int chosen, const char *compatible);

/* What /chosen names, as a module or as Linux' own ramdisk. False if there is none. */
bool devtree_kernel(const void *fdt, int chosen, struct range *out);
bool devtree_ramdisk(const void *fdt, int chosen, struct range *out);

/*
 * The highest room of `size` bytes, so aligned, in RAM below `limit`, clear
 * of all that the tree says is in use, and of `avoid`. 0 if there is none.
 */
phys_addr devtree_find_room(const void *fdt, u32 size, u32 align, phys_addr limit,
			    const struct range *avoid);

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

#endif
