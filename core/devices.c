// SPDX-License-Identifier: BSD-2-Clause
/* The devices of the tree: mapped or withheld, and which of them master the bus. */
#include "core.h"
#include <libfdt.h>

#define MAX_DEPTH 8

char dma_masters[4096];
static size_t dma_used;

/* Properties that only a bus master or its controller has. */
static const char master_properties[] = "dma-coherent\0iommus\0#dma-cells\0dr_mode\0"
					"phy-mode\0phy-handle\0mac-address\0local-mac-address\0"
					"sd-uhs-sdr50\0cap-sd-highspeed\0";

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
	int node;
	int depth;
};

/* As far as the tree and the platform tell. */
static bool is_master(const void *fdt, int node)
{
	const char *name;
	int property;

	if (devtree_compatible(fdt, node, platform.masters))
		return true;
	fdt_for_each_property_offset (property, fdt, node)
		if (fdt_getprop_by_offset(fdt, property, &name, NULL) &&
		    fdt_stringlist_contains(master_properties, sizeof(master_properties) - 1, name))
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

/* Through the `ranges` of each bus up to the root. */
static bool translate(const void *fdt, const struct bus *bus, struct range *r)
{
	for (; bus->parent; bus = bus->parent) {
		struct devtree_list ranges =
			devtree_list(fdt, bus->parent->node, bus->node, "ranges");
		struct range window = {1, 0};
		u64 offset = 0;

		/* An empty one changes nothing; without any, what is beneath is not reached. */
		if (ranges.cells && !ranges.len)
			continue;
		for (int i = 0; window.hi < window.lo || offset > window.hi - window.lo; i++) {
			const u32 *entry = devtree_entry(&ranges, i, &window);

			if (!entry)
				return false;
			offset = r->lo - devtree_cells(entry, ranges.skip);
		}
		r->hi += window.lo + offset - r->lo;
		r->lo = window.lo + offset;
	}
	return r->hi >= r->lo;
}

/* Map the entries from the i-th on of a child of `bus`. Returns if there are any. */
static bool map(const void *fdt, const struct bus *bus, struct devtree_list list, int i,
		enum region_type type)
{
	bool any = false;
	struct range r;

	for (; devtree_entry(&list, i, &r); i++) {
		if (r.hi < r.lo || !translate(fdt, bus, &r))
			continue;
		memmap_add(r.lo, r.hi, type);
		any = true;
	}
	return any;
}

/*
 * What is withheld takes all beneath it along, which is not mapped. An edit
 * moves only what is behind it: the offsets of `bus` and `node` stay.
 */
static void add_children(void *fdt, const struct bus *bus)
{
	int node;

	fdt_for_each_subnode (node, fdt, bus->node) {
		const char *name = fdt_get_name(fdt, node, NULL);
		struct bus child = {.parent = bus, .node = node, .depth = bus->depth + 1};
		bool withheld, mapped = false;

		if (!devtree_is_enabled(fdt, node) || child.depth > MAX_DEPTH)
			continue;
		withheld = is_named(name) || devtree_compatible(fdt, node, platform.withhold) ||
			   (is_named("dma") && is_master(fdt, node));
		/* Some are, or hold, memory and not devices. */
		if (strcmp(name, "reserved-memory") && strcmp(name, "chosen") &&
		    !devtree_is_memory(fdt, node)) {
			struct devtree_list reg = devtree_list(fdt, bus->node, node, "reg");
			enum region_type type = withheld ? REGION_WITHHELD : REGION_DEVICE;

			mapped = map(fdt, bus, reg, 0, type);
			if (devtree_has_type(fdt, node, "pci"))
				mapped |=
					map(fdt, bus, devtree_list(fdt, bus->node, node, "ranges"),
					    0, type);
			if (devtree_compatible(fdt, node, gics))
				map(fdt, bus, reg, 2, REGION_WITHHELD);
		}
		if (mapped && !withheld && is_master(fdt, node))
			list_add(dma_masters, sizeof(dma_masters), &dma_used, name);
		if (withheld)
			devtree_check(fdt_setprop_string(fdt, node, "status", "disabled"),
				      "withhold a device");
		else
			add_children(fdt, &child);
	}
}

void devtree_devices(void *fdt)
{
	add_children(fdt, &(struct bus){0});
}
