// SPDX-License-Identifier: BSD-2-Clause
/* The device tree, put to use: what is mapped, withheld, and masters a bus. */
#include <libfdt.h>
#include "boot.h"
#include "devtree.h"
#include "lib.h"
#include "memmap.h"
#include "options.h"
#include "platform.h"

char dma_masters[DMA_MASTERS_MAX];

/* Properties that only a bus master or its controller has. */
static const char *const master_properties[] = {
	"dma-coherent", "iommus",      "#dma-cells",	    "dr_mode",	    "phy-mode",
	"phy-handle",	"mac-address", "local-mac-address", "sd-uhs-sdr50", "cap-sd-highspeed",
};

bool devtree_is_master(const struct devtree_walk *w)
{
	int node = w->node[w->depth];

	if (devtree_compatible(w->fdt, node, platform.masters))
		return true;
	for (u32 i = 0; i < ARRAY_SIZE(master_properties); i++)
		if (fdt_getprop(w->fdt, node, master_properties[i], NULL))
			return true;
	return false;
}

/* `name` is in the list, with its unit address or without. */
static bool listed(const char *list, const char *name)
{
	size_t whole = strlen(name);
	const char *at = strchr(name, '@');
	size_t base = at ? (size_t)(at - name) : whole;

	while (*list) {
		const char *comma = strchr(list, ',');
		size_t len = comma ? (size_t)(comma - list) : strlen(list);

		if ((len == whole || len == base) && !strncmp(list, name, len))
			return true;
		list += len + (comma != NULL);
	}
	return false;
}

bool devtree_is_withheld(const struct devtree_walk *w)
{
	int node = w->node[w->depth];
	const char *name = fdt_get_name(w->fdt, node, NULL);

	if (devtree_compatible(w->fdt, node, platform.withhold))
		return true;
	return w->depth > 0 && (listed(option_withhold, name) ||
				(listed(option_withhold, "dma") && devtree_is_master(w)));
}

static void name_master(const struct devtree_walk *w)
{
	const char *name = fdt_get_name(w->fdt, w->node[w->depth], NULL);
	size_t used = strlen(dma_masters);

	if (used + strlen(name) + 6 > sizeof(dma_masters)) {
		/* Never claim more than is enforced: say that there are more */
		memcpy(dma_masters + sizeof(dma_masters) - 5, ",...", 5);
		return;
	}
	format(dma_masters + used, sizeof(dma_masters) - used, "%s%s", used ? "," : "", name);
}

/* GICH and GICV, the third and fourth `reg` of a GICv2 with virtualization. */
static bool is_gic(const void *fdt, int node)
{
	return fdt_getprop(fdt, node, "interrupt-controller", NULL) &&
	       fdt_getprop(fdt, node, "#interrupt-cells", NULL) &&
	       (!fdt_node_check_compatible(fdt, node, "arm,gic-400") ||
		!fdt_node_check_compatible(fdt, node, "arm,cortex-a15-gic") ||
		!fdt_node_check_compatible(fdt, node, "arm,cortex-a7-gic"));
}

static bool is_memory(const void *fdt, const struct devtree_walk *w)
{
	const char *type = fdt_getprop(fdt, w->node[w->depth], "device_type", NULL);
	const char *parent = fdt_get_name(fdt, w->node[w->depth ? 1 : 0], NULL);

	return (type && !strcmp(type, "memory")) ||
	       (parent && (!strcmp(parent, "reserved-memory") || !strcmp(parent, "chosen")));
}

void devtree_map_memory(const void *fdt)
{
	struct range bank[8];
	u32 n = devtree_memory(fdt, bank, ARRAY_SIZE(bank));

	for (u32 i = 0; i < n; i++)
		memmap_add(bank[i].lo, bank[i].hi, REGION_RAM);
}

void devtree_map_devices(const void *fdt)
{
	struct devtree_walk w;
	struct range r;

	devtree_walk_start(&w, fdt);
	while (devtree_walk_next(&w)) {
		int node = w.node[w.depth];
		bool withheld = devtree_is_withheld(&w);
		bool gic = is_gic(fdt, node);
		u32 found = 0;

		if (!w.enabled || is_memory(fdt, &w))
			continue;
		for (int i = 0; devtree_reg(&w, i, &r); i++, found++)
			memmap_add(r.lo, r.hi,
				   withheld || (gic && i >= 2) ? REGION_WITHHELD : REGION_DEVICE);
		for (int i = 0; devtree_pci_window(&w, i, &r); i++, found++)
			memmap_add(r.lo, r.hi, withheld ? REGION_WITHHELD : REGION_DEVICE);
		if (found && !withheld && devtree_is_master(&w))
			name_master(&w);
	}
}

static u32 property_u32(const void *fdt, int node, const char *name)
{
	int len;
	const fdt32_t *p = fdt_getprop(fdt, node, name, &len);

	return p && len >= 4 ? fdt32_to_cpu(*p) : 0;
}

void devtree_cpus(const void *fdt)
{
	static const char *const psci[] = {"arm,psci", "arm,psci-0.2", "arm,psci-1.0", NULL};
	int node, cpus = fdt_path_offset(fdt, "/cpus");
	bool v01;

	if (cpus < 0)
		stop("the device tree has no /cpus");
	fdt_for_each_subnode (node, fdt, cpus) {
		const char *type = fdt_getprop(fdt, node, "device_type", NULL);

		if (type && !strcmp(type, "cpu"))
			arch_add_cpu(property_u32(fdt, node, "reg"));
	}
	node = -1;
	do {
		node = fdt_next_node(fdt, node, NULL);
	} while (node >= 0 && !devtree_compatible(fdt, node, psci));
	if (node < 0)
		return;
	/* 0.2 and later have fixed identifiers, which the older do not know */
	v01 = devtree_compatible(fdt, node,
				 (const char *const[]){"arm,psci-0.2", "arm,psci-1.0", NULL})
		      ? false
		      : true;
	arch_firmware(v01 ? property_u32(fdt, node, "cpu_on") : 0,
		      v01 ? property_u32(fdt, node, "cpu_off") : 0,
		      v01 ? property_u32(fdt, node, "cpu_suspend") : 0);
}
