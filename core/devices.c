// SPDX-License-Identifier: BSD-2-Clause
/* The devices of the tree: mapped or withheld, and which of them master the bus. */
#include "core.h"
#include <libfdt.h>

char dma_masters[4096];

/* Properties that only a bus master or its controller has; libfdt reads one byte further. */
static const char master_properties[] = "dma-coherent\0iommus\0#dma-cells\0dr_mode\0"
					"phy-mode\0phy-handle\0mac-address\0local-mac-address\0"
					"sd-uhs-sdr50\0cap-sd-highspeed\0";

/* The GICv2 with virtualization: its third and fourth `reg` are GICH and GICV. */
static const char gics[] = "arm,gic-400 arm,cortex-a15-gic arm,cortex-a7-gic";
static bool gic_virtual; /* there is one */

/* A node on the way from the root to a device. */
struct bus {
	const struct bus *parent; /* NULL for the root */
	int node;
	bool memory; /* it is, or holds, memory and not devices */
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

/* Take an address through the `ranges` of each bus up to the root. */
static bool translate(const void *fdt, const struct bus *bus, struct range *r)
{
	for (; bus->parent; bus = bus->parent) {
		int at = 0, len, child_cells = fdt_address_cells(fdt, bus->node);
		const u32 *ranges = fdt_getprop(fdt, bus->node, "ranges", &len);
		struct range into = {1, 0};
		u64 offset = 0;

		/* An empty one changes nothing; without any, what is beneath is not reached. */
		if (ranges && !len)
			continue;
		while (into.hi < into.lo || offset > into.hi - into.lo) {
			if (!ranges || at < 0)
				return false;
			offset = r->lo - devtree_cells(ranges + at, child_cells);
			at = devtree_entry(fdt, bus->parent->node, bus->node, "ranges", at, &into);
		}
		r->hi += into.lo + offset - r->lo;
		r->lo = into.lo + offset;
	}
	return r->hi >= r->lo;
}

/* What the board's port and the log's are: copies, for an edit of the tree moves its strings. */
static char ports[2][64] = {"none", "no enabled device"};

/* It begins where `log=` says. */
static bool is_log(const void *fdt, const struct bus *bus)
{
	struct range r;

	devtree_entry(fdt, bus->parent->node, bus->node, "reg", 0, &r);
	if (r.lo > r.hi || !translate(fdt, bus->parent, &r) ||
	    (r.lo != option_log && r.lo != platform.uart_base))
		return false;
	format(ports[r.lo == option_log], sizeof(*ports), "%s",
	       fdt_stringlist_get(fdt, bus->node, "compatible", 0, NULL) ?: "unnamed");
	return r.lo == option_log;
}

/* Map a device's `reg` or `ranges`. Returns if there is anything. */
static bool map(const void *fdt, const struct bus *bus, const char *name, enum region_type type)
{
	bool any = false;
	struct range r;
	u32 n = 0;

	devtree_for_each_entry (r, fdt, bus->parent->node, bus->node, name) {
		if (n++ == 2 && devtree_compatible(fdt, bus->node, gics)) {
			type = REGION_WITHHELD;
			gic_virtual = true;
		}
		if (!bus->memory && r.lo <= r.hi && translate(fdt, bus->parent, &r)) {
			memmap_add(r.lo, r.hi, type);
			any = true;
		}
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
		struct bus child = {bus, node, bus->memory};
		const char *kind = fdt_getprop(fdt, node, "device_type", NULL);
		enum region_type type = REGION_DEVICE;
		bool mapped;

		if (!devtree_is_enabled(fdt, node))
			continue;
		if ((option_log && is_log(fdt, &child)) || list_has(option_withhold, ',', name) ||
		    devtree_compatible(fdt, node, platform.withhold) ||
		    (list_has(option_withhold, ',', "dma") && is_master(fdt, node)))
			type = REGION_WITHHELD;
		child.memory |= !strcmp(name, "reserved-memory") || !strcmp(name, "chosen") ||
				(kind && !strcmp(kind, "memory"));
		mapped = map(fdt, &child, "reg", type);
		if (kind && !strcmp(kind, "pci"))
			mapped |= map(fdt, &child, "ranges", type);
		if (mapped && type == REGION_DEVICE && is_master(fdt, node))
			list_add(dma_masters, sizeof(dma_masters), name);
		if (type == REGION_DEVICE)
			add_children(fdt, &child);
		else
			devtree_check(fdt_setprop_string(fdt, node, "status", "disabled"),
				      "withhold a device");
	}
}

void devtree_devices(void *fdt)
{
	if (*platform.never)
		memmap_add(platform.never[0], platform.never[1], REGION_WITHHELD);
	add_children(fdt, &(struct bus){0});
	if (option_log && strcmp(ports[0], ports[1]))
		stop("log=%08x is %s: it must be another port of the board's kind", option_log,
		     ports[1]);
	if (!gic_virtual)
		format(NULL, 0,
		       "vigil: no GIC with a virtual interface is in the device tree: "
		       "nothing of it is withheld\r\n");
}
