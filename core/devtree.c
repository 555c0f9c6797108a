// SPDX-License-Identifier: BSD-2-Clause
/* The device tree: what it says of memory, CPUs and firmware; edited for the guest. */
#include "core.h"
#include <libfdt.h>

/* What the edits may add: a second bank, some status properties. */
#define SLACK 4096

u64 devtree_cells(const u32 *p, int cells)
{
	u64 v = 0;

	for (int i = 0; i < cells; i++)
		v = v << 32 | fdt32_ld(&p[i]);
	return v;
}

int devtree_entry(const void *fdt, int parent, int node, const char *name, int at, struct range *r)
{
	bool ranges = !strcmp(name, "ranges"); /* has the child's own address before its parent's */
	int len;
	const u32 *cells = fdt_getprop(fdt, node, name, &len);
	int na = cells ? fdt_address_cells(fdt, parent) : 0;
	int ns = cells ? fdt_size_cells(fdt, ranges ? node : parent) : 0;
	int from = ranges ? at + fdt_address_cells(fdt, node) : at, next = from + na + ns;
	u64 lo, size;

	*r = (struct range){1, 0};
	if (na < 1 || na > 2 || ns < 1 || ns > 2 || next * 4 > len)
		return -1;
	lo = devtree_cells(cells + from, na);
	size = devtree_cells(cells + from + na, ns);
	if (size && lo + size - 1 >= lo)
		*r = (struct range){lo, lo + size - 1};
	return next * 4 < len ? next : -1;
}

bool devtree_compatible(const void *fdt, int node, const char *list)
{
	int len = 0;
	const char *name = list ? fdt_getprop(fdt, node, "compatible", &len) : NULL;

	for (const char *end = name ? name + len : name; name < end; name += strlen(name) + 1)
		if (list_has(list, ' ', name))
			return true;
	return false;
}

static bool has_type(const void *fdt, int node, const char *type)
{
	return !fdt_stringlist_search(fdt, node, "device_type", type);
}

bool devtree_is_enabled(const void *fdt, int node)
{
	const char *status = fdt_getprop(fdt, node, "status", NULL);

	return !status || !strcmp(status, "okay") || !strcmp(status, "ok");
}

u32 devtree_memory(const void *fdt, struct range bank[MAX_BANKS])
{
	struct range r;
	u32 count = 0;
	int node;

	fdt_for_each_subnode (node, fdt, 0) {
		if (!has_type(fdt, node, "memory") || !devtree_is_enabled(fdt, node))
			continue;
		devtree_for_each_entry (r, fdt, 0, node, "reg") {
			if (count == MAX_BANKS)
				stop("the device tree has more than %u banks of memory", count);
			bank[count].lo = ALIGN_UP(r.lo, PAGE_SIZE);
			bank[count].hi = ALIGN_DOWN(r.hi + 1, PAGE_SIZE) - 1;
			count += bank[count].lo < bank[count].hi && r.hi >= PAGE_SIZE;
		}
	}
	return count;
}

int devtree_module(const void *fdt, int chosen, const char *compatible, struct range *out)
{
	int node;

	fdt_for_each_subnode (node, fdt, chosen)
		if (!fdt_node_check_compatible(fdt, node, compatible))
			break;
	devtree_entry(fdt, chosen, node, "reg", 0, out);
	return node;
}

/* The property's one or two cells; 0 if there is none. */
static u64 number(const void *fdt, int node, const char *name)
{
	int len;
	const u32 *p = fdt_getprop(fdt, node, name, &len);

	return p ? devtree_cells(p, MIN(len / 4, 2)) : 0;
}

void devtree_ramdisk(const void *fdt, int chosen, struct range *out)
{
	out->lo = number(fdt, chosen, "linux,initrd-start");
	out->hi = number(fdt, chosen, "linux,initrd-end") - 1;
	if (!out->lo || !(out->hi + 1))
		devtree_module(fdt, chosen, "multiboot,ramdisk", out);
}

/* `top`, or where [lo, hi] begins, if that is in the way in [base, top). */
static phys_addr clip(phys_addr base, phys_addr top, phys_addr lo, phys_addr hi)
{
	return lo < top && hi >= base ? lo : top;
}

/* By `but`, the tree itself, what /chosen names, and both kinds of reservations. */
static phys_addr clip_all(const void *fdt, phys_addr base, phys_addr top, const struct range *but)
{
	int node, chosen = fdt_path_offset(fdt, "/chosen");
	int reserved = fdt_path_offset(fdt, "/reserved-memory");
	struct range r;
	u64 addr, size;

	top = clip(base, top, but->lo, but->hi);
	top = clip(base, top, (uintptr_t)fdt, (uintptr_t)fdt + fdt_totalsize(fdt) - 1);
	devtree_module(fdt, chosen, "multiboot,kernel", &r);
	top = clip(base, top, r.lo, r.hi);
	devtree_ramdisk(fdt, chosen, &r);
	top = clip(base, top, r.lo, r.hi);
	for (int i = 0; !fdt_get_mem_rsv(fdt, i, &addr, &size) && size; i++)
		top = clip(base, top, addr, addr + size - 1);
	if (reserved < 0)
		return top;
	fdt_for_each_subnode (node, fdt, reserved)
		devtree_for_each_entry (r, fdt, reserved, node, "reg")
			top = clip(base, top, r.lo, r.hi);
	return top;
}

void *devtree_room(const void *fdt, u32 size, u32 align, phys_addr limit, const struct range *but)
{
	struct range bank[MAX_BANKS];
	phys_addr best = 0;

	/* From each bank's top down, below all that is in the way. */
	for (u32 i = devtree_memory(fdt, bank); i-- > 0;) {
		phys_addr base = 0, end = 0, top = MIN(bank[i].hi + 1, limit);

		while (top != end && top >= bank[i].lo + size) {
			base = ALIGN_DOWN(top - size, align);
			end = base + size;
			top = clip_all(fdt, base, end, but);
		}
		if (top == end && base >= bank[i].lo)
			best = MAX(best, base);
	}
	return (void *)(uintptr_t)best;
}

void devtree_cpus(const void *fdt)
{
	int node, cpus = fdt_path_offset(fdt, "/cpus");

	fdt_for_each_subnode (node, fdt, cpus)
		if (has_type(fdt, node, "cpu"))
			arch_add_cpu((u32)number(fdt, node, "reg"));
	/* From PSCI 0.2 on the identifiers are fixed. */
	firmware.fixed = fdt_node_offset_by_compatible(fdt, -1, "arm,psci-0.2") >= 0 ||
			 fdt_node_offset_by_compatible(fdt, -1, "arm,psci-1.0") >= 0;
	if (firmware.fixed)
		return;
	node = fdt_node_offset_by_compatible(fdt, -1, "arm,psci");
	firmware.on = (u32)number(fdt, node, "cpu_on");
	firmware.off = (u32)number(fdt, node, "cpu_off");
	firmware.suspend = (u32)number(fdt, node, "cpu_suspend");
}

void devtree_check(int err, const char *what)
{
	if (err < 0)
		stop("device tree: cannot %s: %s", what, fdt_strerror(err));
}

/* Behind it if U-Boot has left some, else elsewhere in RAM. */
void *devtree_open(void *fdt, const struct range *kernel)
{
	u32 used = fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);
	u32 size = MAX(used + SLACK, fdt_totalsize(fdt));
	void *to = fdt;

	if (size > fdt_totalsize(fdt))
		to = devtree_room(fdt, size, PAGE_SIZE, (uintptr_t)__start, kernel);
	if (!to)
		stop("not enough memory for a larger device tree");
	devtree_check(fdt_open_into(fdt, to, (int)size), "grow it");
	return to;
}

/* libfdt's own for both at once refuses a bank at 0. */
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
	fdt_for_each_subnode (node, fdt, 0)
		if (has_type(fdt, node, "memory") && devtree_is_enabled(fdt, node)) {
			fdt_delprop(fdt, node, "reg");
			memory = memory < 0 ? node : memory;
		}
	for (const struct region *r = memmap; r < memmap + memmap_count; r++)
		if (r->type == REGION_RAM) {
			append(fdt, memory, fdt_address_cells(fdt, 0), r->lo);
			append(fdt, memory, fdt_size_cells(fdt, 0), r->hi - r->lo + 1);
		}
	/* Without one there is nothing of this, and no ramdisk either. */
	chosen = fdt_path_offset(fdt, "/chosen");
	fdt_delprop(fdt, chosen, "vigil,options");
	fdt_delprop(fdt, chosen, "vigil,key");
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
