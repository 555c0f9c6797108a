// SPDX-License-Identifier: BSD-2-Clause
/* The device tree, edited for the guest; all else stays as it was. */
#include "core.h"
#include <libfdt.h>

/* What the edits may add: a second bank, some status properties. */
#define SLACK 4096

void devtree_check(int err, const char *what)
{
	if (err < 0)
		stop("device tree: cannot %s: %s", what, fdt_strerror(err));
}

/* Behind it if U-Boot has left some, else elsewhere in RAM. */
void *devtree_open(void *fdt, const struct range *kernel)
{
	u32 needed = fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt) + SLACK;
	u32 size = fdt_totalsize(fdt);
	void *to = fdt;

	if (size < needed) {
		size = ALIGN_UP(needed, PAGE_SIZE);
		to = (void *)(uintptr_t)devtree_find_room(fdt, size, PAGE_SIZE, (uintptr_t)__start,
							  kernel);
		if (!to)
			stop("not enough memory for a larger device tree");
	}
	devtree_check(fdt_open_into(fdt, to, (int)size), "grow it");
	return to;
}

static void append(void *fdt, int node, int cells, u64 value)
{
	devtree_check(cells == 2 ? fdt_appendprop_u64(fdt, node, "reg", value)
				 : fdt_appendprop_u32(fdt, node, "reg", (u32)value),
		      "take the monitor's memory from it");
}

void devtree_edit(void *fdt, const struct range *ramdisk)
{
	int node, memory = -1, chosen, err;
	struct range module;

	/* The first memory node names all that is the guest's, the others nothing. */
	fdt_for_each_subnode (node, fdt, 0) {
		if (!devtree_has_type(fdt, node, "memory") || !devtree_is_enabled(fdt, node))
			continue;
		fdt_delprop(fdt, node, "reg");
		if (memory < 0)
			memory = node;
	}
	for (const struct region *r = memmap; r < memmap + memmap_count; r++) {
		if (r->type != REGION_RAM)
			continue;
		append(fdt, memory, fdt_address_cells(fdt, 0), r->lo);
		append(fdt, memory, fdt_size_cells(fdt, 0), r->hi - r->lo + 1);
	}
	chosen = fdt_path_offset(fdt, "/chosen");
	if (chosen < 0)
		chosen = fdt_add_subnode(fdt, 0, "chosen");
	devtree_check(chosen, "add /chosen");
	fdt_delprop(fdt, chosen, OPTIONS_PROPERTY);
	if (ramdisk->hi) {
		err = fdt_setprop_u32(fdt, chosen, "linux,initrd-start", (u32)ramdisk->lo);
		devtree_check(err, "name the ramdisk");
		err = fdt_setprop_u32(fdt, chosen, "linux,initrd-end", (u32)ramdisk->hi + 1);
		devtree_check(err, "name the ramdisk");
	}
	/* The modules were for the monitor. */
	while ((node = devtree_module(fdt, chosen, "multiboot,module", &module)) >= 0)
		devtree_check(fdt_del_node(fdt, node), "remove a module");
}
