// SPDX-License-Identifier: BSD-2-Clause
/* The device tree, read: memory, what is in use, and room between. */
#include "core.h"
#include <libfdt.h>

u64 devtree_cells(const u32 *p, int cells)
{
	u64 v = 0;

	for (int i = 0; i < cells; i++)
		v = v << 32 | fdt32_to_cpu(p[i]);
	return v;
}

struct devtree_list devtree_list(const void *fdt, int parent, int node, const char *name)
{
	bool ranges = !strcmp(name, "ranges");
	struct devtree_list list = {
		.skip = ranges ? fdt_address_cells(fdt, node) : 0,
		.address_cells = fdt_address_cells(fdt, parent),
		.size_cells = fdt_size_cells(fdt, ranges ? node : parent),
	};

	list.cells = fdt_getprop(fdt, node, name, &list.len);
	return list;
}

const u32 *devtree_entry(const struct devtree_list *list, int i, struct range *out)
{
	int na = list->address_cells, ns = list->size_cells, step = list->skip + na + ns;
	const u32 *entry = list->cells + i * step, *address = entry + list->skip;
	u64 lo, size;

	*out = (struct range){1, 0};
	if (!list->cells || na < 1 || na > 2 || ns < 1 || ns > 2 || (i + 1) * step * 4 > list->len)
		return NULL;
	lo = devtree_cells(address, na);
	size = devtree_cells(address + na, ns);
	if (size && lo + size - 1 >= lo)
		*out = (struct range){lo, lo + size - 1};
	return entry;
}

bool devtree_compatible(const void *fdt, int node, const char *const *list)
{
	while (list && *list && fdt_node_check_compatible(fdt, node, *list))
		list++;
	return list && *list;
}

bool devtree_has_type(const void *fdt, int node, const char *type)
{
	const char *p = fdt_getprop(fdt, node, "device_type", NULL);

	return p && !strcmp(p, type);
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
		struct devtree_list reg;

		if (!devtree_has_type(fdt, node, "memory") || !devtree_is_enabled(fdt, node))
			continue;
		reg = devtree_list(fdt, 0, node, "reg");
		for (int i = 0; devtree_entry(&reg, i, &r); i++) {
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
	struct devtree_list reg;
	int node;

	fdt_for_each_subnode (node, fdt, chosen)
		if (!fdt_node_check_compatible(fdt, node, compatible))
			break;
	reg = devtree_list(fdt, chosen, node, "reg");
	devtree_entry(&reg, 0, out);
	return node;
}

/* The property's one or two cells; 0 if there is none. */
static u64 number(const void *fdt, int node, const char *name)
{
	int len;
	const u32 *p = fdt_getprop(fdt, node, name, &len);

	return p ? devtree_cells(p, MIN(len / 4, 2)) : 0;
}

bool devtree_ramdisk(const void *fdt, int chosen, struct range *out)
{
	out->lo = number(fdt, chosen, "linux,initrd-start");
	out->hi = number(fdt, chosen, "linux,initrd-end") - 1;
	if (out->lo && out->hi + 1)
		return true;
	devtree_module(fdt, chosen, "multiboot,ramdisk", out);
	return out->lo <= out->hi;
}

/* Lower `top` to where [lo, hi] begins, if that is in the way in [base, top). */
static void clip(phys_addr *top, phys_addr base, phys_addr lo, phys_addr hi)
{
	if (lo < *top && hi >= base)
		*top = lo;
}

/* By `avoid`, the tree itself, what /chosen names, and both kinds of reservations. */
static phys_addr clip_all(const void *fdt, phys_addr base, phys_addr top, const struct range *avoid)
{
	int node, chosen = fdt_path_offset(fdt, "/chosen");
	int reserved = fdt_path_offset(fdt, "/reserved-memory");
	struct range r;
	u64 addr, size;

	clip(&top, base, avoid->lo, avoid->hi);
	clip(&top, base, (uintptr_t)fdt, (uintptr_t)fdt + fdt_totalsize(fdt) - 1);
	devtree_module(fdt, chosen, "multiboot,kernel", &r);
	clip(&top, base, r.lo, r.hi);
	if (devtree_ramdisk(fdt, chosen, &r))
		clip(&top, base, r.lo, r.hi);
	for (int i = 0; !fdt_get_mem_rsv(fdt, i, &addr, &size) && size; i++)
		clip(&top, base, addr, addr + size - 1);
	if (reserved < 0)
		return top;
	fdt_for_each_subnode (node, fdt, reserved) {
		struct devtree_list reg = devtree_list(fdt, reserved, node, "reg");

		for (int i = 0; devtree_entry(&reg, i, &r); i++)
			clip(&top, base, r.lo, r.hi);
	}
	return top;
}

phys_addr devtree_find_room(const void *fdt, u32 size, u32 align, phys_addr limit,
			    const struct range *avoid)
{
	struct range bank[MAX_BANKS];
	phys_addr best = 0;

	/* From each bank's top down, below all that is in the way. */
	for (u32 i = devtree_memory(fdt, bank); i-- > 0;) {
		phys_addr base = 0, end = 0, top = MIN(bank[i].hi + 1, limit);

		while (top != end && top >= bank[i].lo + size) {
			base = ALIGN_DOWN(top - size, align);
			end = base + size;
			top = clip_all(fdt, base, end, avoid);
		}
		if (top == end && base >= bank[i].lo)
			best = MAX(best, base);
	}
	return best;
}

void devtree_cpus(const void *fdt)
{
	int node, cpus = fdt_path_offset(fdt, "/cpus");

	if (cpus < 0)
		stop("the device tree has no /cpus");
	fdt_for_each_subnode (node, fdt, cpus)
		if (devtree_has_type(fdt, node, "cpu"))
			arch_add_cpu((u32)number(fdt, node, "reg"));
	/* From PSCI 0.2 on the identifiers are fixed. */
	if (fdt_node_offset_by_compatible(fdt, -1, "arm,psci-0.2") >= 0 ||
	    fdt_node_offset_by_compatible(fdt, -1, "arm,psci-1.0") >= 0)
		arch_firmware(true, 0, 0, 0);
	else if ((node = fdt_node_offset_by_compatible(fdt, -1, "arm,psci")) >= 0)
		arch_firmware(false, (u32)number(fdt, node, "cpu_on"),
			      (u32)number(fdt, node, "cpu_off"),
			      (u32)number(fdt, node, "cpu_suspend"));
}
