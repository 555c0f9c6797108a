// SPDX-License-Identifier: BSD-2-Clause
/* The device tree, edited for the guest; all else stays as it was. */
#include <libfdt.h>
#include "devtree.h"
#include "layout.h"
#include "lib.h"
#include "options.h"

/* What the edits may add: a second bank, some status properties. */
#define SLACK	   4096
#define MAX_PIECES 16

static void check(int err, const char *what)
{
	if (err < 0)
		stop("device tree: cannot %s: %s", what, fdt_strerror(err));
}

/* Room to grow: behind it if U-Boot has left some, else elsewhere in RAM. */
static void *make_room(void *fdt, const struct range *kernel)
{
	u32 used = fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);
	u32 size = ALIGN_UP(used + SLACK, PAGE_SIZE);
	void *to = fdt;

	if (fdt_totalsize(fdt) < used + SLACK)
		to = (void *)(uintptr_t)devtree_find_room(fdt, size, PAGE_SIZE, (uintptr_t)__start,
							  kernel);
	else
		size = fdt_totalsize(fdt);
	if (!to)
		stop("not enough memory for a larger device tree");
	check(fdt_open_into(fdt, to, (int)size), "grow it");
	return to;
}

static void put_range(fdt32_t **p, const struct range *r, int na, int ns)
{
	u64 v[2] = {r->lo, r->hi - r->lo + 1};

	for (int i = 0; i < 2; i++) {
		int cells = i ? ns : na;

		if (cells == 2)
			*(*p)++ = cpu_to_fdt32((u32)(v[i] >> 32));
		*(*p)++ = cpu_to_fdt32((u32)v[i]);
	}
}

/* Each memory node keeps what of its banks is not the monitor's. */
static void edit_memory(void *fdt, int node, u64 home)
{
	int na = fdt_address_cells(fdt, 0), ns = fdt_size_cells(fdt, 0);
	fdt32_t cells[MAX_PIECES * 4], *p = cells;
	struct devtree_walk w = {.fdt = fdt, .depth = 1, .node = {0, node}};
	struct range r, below, above;

	for (int i = 0; devtree_reg(&w, i, &r); i++) {
		if (p - cells > (MAX_PIECES - 2) * 4)
			stop("device tree: more than %u banks of memory", MAX_PIECES - 2);
		below = above = r;
		below.hi = MIN(r.hi, home - 1);
		above.lo = MAX(r.lo, home + MONITOR_SIZE);
		if (below.lo <= below.hi)
			put_range(&p, &below, na, ns);
		if (above.lo <= above.hi)
			put_range(&p, &above, na, ns);
	}
	check(fdt_setprop(fdt, node, "reg", cells, (int)((p - cells) * 4)),
	      "take the monitor's memory from it");
}

static void edit_memories(void *fdt)
{
	int node;

	fdt_for_each_subnode (node, fdt, 0) {
		const char *type = fdt_getprop(fdt, node, "device_type", NULL);

		if (type && !strcmp(type, "memory"))
			edit_memory(fdt, node, (uintptr_t)__start);
	}
}

/* Offsets move with each edit, so each starts the walk anew. */
static bool disable_one(void *fdt)
{
	struct devtree_walk w;

	devtree_walk_start(&w, fdt);
	while (devtree_walk_next(&w)) {
		if (!w.enabled || !devtree_is_withheld(&w))
			continue;
		check(fdt_setprop_string(fdt, w.node[w.depth], "status", "disabled"),
		      "withhold a device");
		return true;
	}
	return false;
}

static void edit_chosen(void *fdt, const struct range *initrd)
{
	int chosen = fdt_path_offset(fdt, "/chosen"), node;

	if (chosen < 0) {
		chosen = fdt_add_subnode(fdt, 0, "chosen");
		check(chosen, "add /chosen");
	}
	fdt_delprop(fdt, chosen, OPTIONS_PROPERTY);
	if (initrd->hi) {
		check(fdt_setprop_u32(fdt, chosen, "linux,initrd-start", (u32)initrd->lo),
		      "name the ramdisk");
		check(fdt_setprop_u32(fdt, chosen, "linux,initrd-end", (u32)initrd->hi + 1),
		      "name the ramdisk");
	}
	/* The modules were for the monitor. */
	for (node = fdt_first_subnode(fdt, chosen); node >= 0;) {
		if (fdt_node_check_compatible(fdt, node, "multiboot,module")) {
			node = fdt_next_subnode(fdt, node);
			continue;
		}
		check(fdt_del_node(fdt, node), "remove a module");
		node = fdt_first_subnode(fdt, chosen);
	}
}

void *devtree_edit(void *fdt, const struct range *kernel, const struct range *initrd)
{
	fdt = make_room(fdt, kernel);
	edit_memories(fdt);
	while (disable_one(fdt))
		;
	edit_chosen(fdt, initrd);
	return fdt;
}
