/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the device tree that U-Boot passes. Boot CPU only. */
#ifndef DEVTREE_H
#define DEVTREE_H

#include "types.h"

struct range {
	phys_addr lo;
	phys_addr hi; /* inclusive */
};

/* Up to `max` ranges of RAM; returns how many. */
u32 devtree_memory(const void *fdt, struct range *out, u32 max);

/*
 * What the tree says is in use: itself, ramdisk, modules, reservations.
 * Up to `max`; returns how many.
 */
u32 devtree_reserved(const void *fdt, struct range *out, u32 max);

/*
 * The highest room of `size` bytes, so aligned, in RAM below `limit`, clear
 * of what devtree_reserved() says and of `avoid`. Returns 0 if there is none.
 */
phys_addr devtree_find_room(const void *fdt, u32 size, u32 align, phys_addr limit,
			    const struct range *avoid);

/* The ramdisk that /chosen names. False if there is none. */
bool devtree_initrd(const void *fdt, struct range *out);

/* The module of /chosen with this `compatible`. False if there is none. */
bool devtree_module(const void *fdt, const char *compatible, struct range *out);

/* The root's `compatible` has one of these; NULL ends the list. */
bool devtree_compatible(const void *fdt, int node, const char *const *list);

/* One node of a walk, with its ancestors: node[0] is the root. */
#define DEVTREE_DEPTH 8
struct devtree_walk {
	const void *fdt;
	int node[DEVTREE_DEPTH];
	int depth;     /* of the current node */
	bool enabled;  /* it and its ancestors */
	int off_depth; /* of the disabled ancestor, when not enabled */
};

/* Start before the root, then step; false at the end. */
void devtree_walk_start(struct devtree_walk *w, const void *fdt);
bool devtree_walk_next(struct devtree_walk *w);

/* The i-th `reg` as the CPU sees it. False if there is none. */
bool devtree_reg(const struct devtree_walk *w, int i, struct range *out);

/* The i-th window of a PCI host, from its `ranges`, likewise. */
bool devtree_pci_window(const struct devtree_walk *w, int i, struct range *out);

/* This node can master the bus, as far as the tree and the platform tell. */
bool devtree_is_master(const struct devtree_walk *w);

/* The platform or the option `withhold` keeps this node from the guest. */
bool devtree_is_withheld(const struct devtree_walk *w);

/* Enter RAM, devices and what is withheld into memmap. */
void devtree_map_memory(const void *fdt);
void devtree_map_devices(const void *fdt);

/* Register each CPU and the PSCI firmware with the architecture. */
void devtree_cpus(const void *fdt);

/*
 * Edit the tree for the guest: the monitor's memory is no memory, withheld
 * devices are disabled, the monitor's own properties gone, `initrd` named.
 * Returns where the tree is now; it moves if it has no room to grow.
 */
void *devtree_edit(void *fdt, const struct range *kernel, const struct range *initrd);

#endif
