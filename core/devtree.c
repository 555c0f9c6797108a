// SPDX-License-Identifier: BSD-2-Clause
/* The device tree, read: memory, reservations, and a walk over the devices. */
#include <libfdt.h>
#include "devtree.h"
#include "lib.h"

#define MAX_RESERVED 40
#define MAX_BANKS    8

static u64 read_cells(const fdt32_t *p, int cells)
{
	u64 v = 0;

	for (int i = 0; i < cells; i++)
		v = v << 32 | fdt32_to_cpu(p[i]);
	return v;
}

/* The i-th entry of a `reg` with these cells. False at its end, or if empty. */
static bool read_reg(const void *fdt, int node, int i, int na, int ns, struct range *out)
{
	int len, step = na + ns;
	const fdt32_t *p = fdt_getprop(fdt, node, "reg", &len);
	u64 size;

	if (!p || na < 1 || na > 2 || ns < 1 || ns > 2 || (i + 1) * step * 4 > len)
		return false;
	out->lo = read_cells(p + i * step, na);
	size = read_cells(p + i * step + na, ns);
	out->hi = out->lo + size - 1;
	return size && out->hi >= out->lo;
}

static bool has_type(const void *fdt, int node, const char *type)
{
	const char *p = fdt_getprop(fdt, node, "device_type", NULL);

	return p && !strcmp(p, type);
}

bool devtree_compatible(const void *fdt, int node, const char *const *list)
{
	for (; *list; list++)
		if (!fdt_node_check_compatible(fdt, node, *list))
			return true;
	return false;
}

u32 devtree_memory(const void *fdt, struct range *out, u32 max)
{
	int node, na = fdt_address_cells(fdt, 0), ns = fdt_size_cells(fdt, 0);
	u32 n = 0;

	fdt_for_each_subnode (node, fdt, 0) {
		if (!has_type(fdt, node, "memory"))
			continue;
		for (int i = 0; n < max; i++, n++) {
			if (!read_reg(fdt, node, i, na, ns, &out[n]))
				break;
			/* Whole pages only. */
			out[n].lo = ALIGN_UP(out[n].lo, PAGE_SIZE);
			out[n].hi = ALIGN_DOWN(out[n].hi + 1, PAGE_SIZE) - 1;
		}
	}
	return n;
}

static u64 chosen_address(const void *fdt, const char *name)
{
	int len, node = fdt_path_offset(fdt, "/chosen");
	const fdt32_t *p;

	p = node < 0 ? NULL : fdt_getprop(fdt, node, name, &len);
	return p && (len == 4 || len == 8) ? read_cells(p, len / 4) : 0;
}

bool devtree_initrd(const void *fdt, struct range *out)
{
	out->lo = chosen_address(fdt, "linux,initrd-start");
	out->hi = chosen_address(fdt, "linux,initrd-end") - 1;
	return out->lo && out->hi + 1;
}

bool devtree_module(const void *fdt, const char *compatible, struct range *out)
{
	int node, chosen = fdt_path_offset(fdt, "/chosen");

	if (chosen < 0)
		return false;
	fdt_for_each_subnode (node, fdt, chosen)
		if (!fdt_node_check_compatible(fdt, node, compatible) &&
		    read_reg(fdt, node, 0, fdt_address_cells(fdt, chosen),
			     fdt_size_cells(fdt, chosen), out))
			return true;
	return false;
}

u32 devtree_reserved(const void *fdt, struct range *out, u32 max)
{
	int node, parent = fdt_path_offset(fdt, "/reserved-memory");
	u32 n = 0;
	u64 addr, size;

	out[n].lo = (uintptr_t)fdt;
	out[n++].hi = (uintptr_t)fdt + fdt_totalsize(fdt) - 1;
	n += devtree_initrd(fdt, &out[n]);
	n += devtree_module(fdt, "multiboot,kernel", &out[n]);
	n += devtree_module(fdt, "multiboot,ramdisk", &out[n]);
	for (int i = 0; i < fdt_num_mem_rsv(fdt) && n < max; i++) {
		if (fdt_get_mem_rsv(fdt, i, &addr, &size) || !size)
			continue;
		out[n].lo = addr;
		out[n++].hi = addr + size - 1;
	}
	if (parent < 0)
		return n;
	fdt_for_each_subnode (node, fdt, parent)
		for (int i = 0; n < max && read_reg(fdt, node, i, fdt_address_cells(fdt, parent),
						    fdt_size_cells(fdt, parent), &out[n]);
		     i++)
			n++;
	return n;
}

/* From the bank's top down, below each thing that is in the way. */
static phys_addr room_in(const struct range *bank, u32 size, u32 align, phys_addr limit,
			 const struct range *in_use, u32 n)
{
	phys_addr top = MIN(bank->hi + 1, limit);

	while (top >= bank->lo + size) {
		phys_addr base = ALIGN_DOWN(top - size, align);
		u32 i;

		for (i = 0; i < n; i++)
			if (in_use[i].lo < base + size && in_use[i].hi >= base)
				break;
		if (base < bank->lo)
			break;
		if (i == n)
			return base;
		top = in_use[i].lo;
	}
	return 0;
}

phys_addr devtree_find_room(const void *fdt, u32 size, u32 align, phys_addr limit,
			    const struct range *avoid)
{
	struct range banks[MAX_BANKS], in_use[MAX_RESERVED];
	u32 nbanks = devtree_memory(fdt, banks, MAX_BANKS);
	u32 n = devtree_reserved(fdt, in_use, MAX_RESERVED - 1);
	phys_addr best = 0;

	if (n == MAX_RESERVED - 1)
		stop("the device tree reserves more than %u ranges", n - 1);
	in_use[n++] = *avoid;
	for (u32 i = 0; i < nbanks; i++)
		best = MAX(best, room_in(&banks[i], size, align, limit, in_use, n));
	return best;
}

void devtree_walk_start(struct devtree_walk *w, const void *fdt)
{
	w->fdt = fdt;
	w->depth = -1;
	w->node[0] = -1;
	w->enabled = true;
}

bool devtree_walk_next(struct devtree_walk *w)
{
	const char *status;
	int node = w->depth < 0 ? -1 : w->node[w->depth];

	/* What is deeper than the array holds is no device on a bus. */
	do {
		node = fdt_next_node(w->fdt, node, &w->depth);
		if (node < 0 || w->depth < 0)
			return false;
	} while (w->depth >= DEVTREE_DEPTH);
	w->node[w->depth] = node;
	if (!w->enabled && w->depth <= w->off_depth)
		w->enabled = true;
	status = fdt_getprop(w->fdt, node, "status", NULL);
	if (w->enabled && status && strcmp(status, "okay") && strcmp(status, "ok")) {
		w->enabled = false;
		w->off_depth = w->depth;
	}
	return true;
}

/* Through the `ranges` of bus node[d] and those above it, to the root. */
static bool translate(const struct devtree_walk *w, int d, phys_addr *addr)
{
	for (; d > 0; d--) {
		int len, na = fdt_address_cells(w->fdt, w->node[d]);
		int pa = fdt_address_cells(w->fdt, w->node[d - 1]);
		int ns = fdt_size_cells(w->fdt, w->node[d]);
		const fdt32_t *p = fdt_getprop(w->fdt, w->node[d], "ranges", &len);
		int step = na + pa + ns;

		if (!p || na > 2 || pa > 2)
			return false;
		if (!len)
			continue;
		for (; len >= 4 * step; len -= 4 * step, p += step) {
			u64 child = read_cells(p, na);

			if (*addr - child < read_cells(p + na + pa, ns))
				break;
		}
		if (len < 4 * step)
			return false;
		*addr += read_cells(p + na, pa) - read_cells(p, na);
	}
	return true;
}

bool devtree_reg(const struct devtree_walk *w, int i, struct range *out)
{
	u64 size;

	if (w->depth < 1 || !read_reg(w->fdt, w->node[w->depth], i,
				      fdt_address_cells(w->fdt, w->node[w->depth - 1]),
				      fdt_size_cells(w->fdt, w->node[w->depth - 1]), out))
		return false;
	size = out->hi - out->lo;
	if (!translate(w, w->depth - 1, &out->lo))
		return false;
	out->hi = out->lo + size;
	return out->hi >= out->lo;
}

bool devtree_pci_window(const struct devtree_walk *w, int i, struct range *out)
{
	int len, node = w->node[w->depth], step;
	int ns = fdt_size_cells(w->fdt, node), pa;
	const fdt32_t *p = fdt_getprop(w->fdt, node, "ranges", &len);

	if (w->depth < 1 || !p || !has_type(w->fdt, node, "pci"))
		return false;
	pa = fdt_address_cells(w->fdt, w->node[w->depth - 1]);
	step = 3 + pa + ns;
	if ((i + 1) * step * 4 > len || pa > 2 || ns > 2)
		return false;
	p += i * step + 3;
	out->lo = read_cells(p, pa);
	out->hi = read_cells(p + pa, ns) - 1;
	if (!translate(w, w->depth - 1, &out->lo))
		return false;
	out->hi += out->lo;
	return out->hi >= out->lo;
}
