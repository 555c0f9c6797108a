// SPDX-License-Identifier: BSD-2-Clause
/* The devices of the tree: mapped or withheld, and which of them master the bus. */
#include <libfdt.h>
#include "core.h"

#define MAX_DEPTH 8

char dma_masters[4096];
static size_t dma_used;

/* Properties that only a bus master or its controller has. */
static const char *const master_properties[] = {
	"dma-coherent", "iommus",	    "#dma-cells",  "dr_mode",
	"phy-mode",	"phy-handle",	    "mac-address", "local-mac-address",
	"sd-uhs-sdr50", "cap-sd-highspeed", NULL,
};

/* The GICv2 with virtualization: its third and fourth `reg` are GICH and GICV. */
static const char *const gics[] = {
	"arm,gic-400",
	"arm,cortex-a15-gic",
	"arm,cortex-a7-gic",
	NULL,
};

/* A node on the way from the root to a device. */
struct bus {
	const struct bus *parent; /* NULL for the root */
	int depth;
	/* To skip: the cells of its children's addresses, which have its size cells. */
	struct devtree_list ranges;
};

static bool in_list(const char *const *list, const char *name)
{
	while (*list && strcmp(*list, name))
		list++;
	return *list;
}

/* As far as the tree and the platform tell. */
static bool is_master(const void *fdt, int node)
{
	const char *name;
	int property;

	if (devtree_compatible(fdt, node, platform.masters))
		return true;
	fdt_for_each_property_offset (property, fdt, node)
		if (fdt_getprop_by_offset(fdt, property, &name, NULL) &&
		    in_list(master_properties, name))
			return true;
	return false;
}

/* `withhold=` names it, with its unit address or without. */
static bool is_named(const char *name)
{
	const char *item = option_withhold, *end;

	for (; item; item = end ? end + 1 : NULL) {
		size_t len;

		end = strchr(item, ',');
		len = end ? (size_t)(end - item) : strlen(item);
		if (len && !strncmp(item, name, len) && (!name[len] || name[len] == '@'))
			return true;
	}
	return false;
}

static bool is_withheld(const void *fdt, int node)
{
	return devtree_compatible(fdt, node, platform.withhold) ||
	       is_named(fdt_get_name(fdt, node, NULL)) || (is_named("dma") && is_master(fdt, node));
}

/* It is, or holds, memory and not devices. */
static bool is_memory(const void *fdt, int node)
{
	const char *name = fdt_get_name(fdt, node, NULL);

	return !strcmp(name, "reserved-memory") || !strcmp(name, "chosen") ||
	       devtree_is_memory(fdt, node);
}

static struct devtree_list read_ranges(const void *fdt, int node, int parent_cells)
{
	struct devtree_list ranges = {.address_cells = parent_cells};

	ranges.cells = fdt_getprop(fdt, node, "ranges", &ranges.len);
	if (ranges.cells || node == 0) {
		ranges.skip = fdt_address_cells(fdt, node);
		ranges.size_cells = fdt_size_cells(fdt, node);
	}
	return ranges;
}

/* Through the `ranges` of each bus up to the root. */
static bool translate(const struct bus *bus, struct range *r)
{
	struct range window;

	for (; bus->parent; bus = bus->parent) {
		const u32 *entry;
		u64 offset;
		int i = 0;

		if (!bus->ranges.cells)
			return false;
		if (!bus->ranges.len)
			continue;
		do {
			entry = devtree_entry(&bus->ranges, i++, &window);
			if (!entry)
				return false;
			offset = r->lo - devtree_cells(entry, bus->ranges.skip);
		} while (window.hi < window.lo || offset > window.hi - window.lo);
		r->hi += window.lo + offset - r->lo;
		r->lo = window.lo + offset;
	}
	return r->hi >= r->lo;
}

/* Map the entries from the i-th on. Returns if there are any. */
static bool map(const struct bus *bus, const struct devtree_list *list, int i,
		enum region_type type)
{
	bool any = false;
	struct range r;

	for (; devtree_entry(list, i, &r); i++) {
		if (r.hi < r.lo || !translate(bus, &r))
			continue;
		memmap_add(r.lo, r.hi, type);
		any = true;
	}
	return any;
}

static void add_device(const void *fdt, int node, const struct bus *bus, bool withheld)
{
	const struct devtree_list *above = &bus->parent->ranges;
	struct devtree_list reg = {.address_cells = above->skip, .size_cells = above->size_cells};
	enum region_type type = withheld ? REGION_WITHHELD : REGION_DEVICE;
	bool mapped;

	reg.cells = fdt_getprop(fdt, node, "reg", &reg.len);
	mapped = map(bus->parent, &reg, 0, type);
	if (bus->ranges.cells && devtree_has_type(fdt, node, "pci"))
		mapped |= map(bus->parent, &bus->ranges, 0, type);
	if (mapped && devtree_compatible(fdt, node, gics))
		map(bus->parent, &reg, 2, REGION_WITHHELD);
	if (mapped && !withheld && is_master(fdt, node))
		list_add(dma_masters, sizeof(dma_masters), &dma_used,
			 fdt_get_name(fdt, node, NULL));
}

/*
 * What is withheld takes all beneath it along, which is not mapped. An edit
 * moves only what is behind it: the offsets of `parent` and `node` stay.
 */
static void add_children(void *fdt, int parent, const struct bus *above)
{
	int node;

	fdt_for_each_subnode (node, fdt, parent) {
		struct bus bus = {.parent = above, .depth = above->depth + 1};
		bool withheld;

		if (!devtree_is_enabled(fdt, node) || bus.depth > MAX_DEPTH)
			continue;
		withheld = is_withheld(fdt, node);
		if (!is_memory(fdt, node)) {
			bus.ranges = read_ranges(fdt, node, above->ranges.skip);
			add_device(fdt, node, &bus, withheld);
		}
		if (withheld)
			devtree_check(fdt_setprop_string(fdt, node, "status", "disabled"),
				      "withhold a device");
		else
			add_children(fdt, node, &bus);
	}
}

void devtree_devices(void *fdt)
{
	struct bus root = {.ranges = read_ranges(fdt, 0, 0)};

	add_children(fdt, 0, &root);
}
