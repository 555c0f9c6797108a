// SPDX-License-Identifier: BSD-2-Clause
/* From U-Boot's hand to the guest's first instruction. */
#include <libfdt.h>
#include "monitor.h"
#include "core.h"

static void map_memory(const void *fdt)
{
	struct range bank[MAX_BANKS];

	for (u32 i = devtree_memory(fdt, bank); i-- > 0;)
		memmap_add(bank[i].lo, bank[i].hi, REGION_RAM);
}

static void read_options(const void *fdt, int chosen)
{
	int len;
	const char *text = fdt_getprop(fdt, chosen, OPTIONS_PROPERTY, &len);

	if (text)
		options_parse(text, (size_t)len);
}

/* The log's first line; see docs/audit-log.md. */
static void print_header(u32 home)
{
	static const char *const overflows[] = {"drop", "wait", "halt"};
	char policies[128] = "";
	size_t used = 0;

	for_each_policy (p)
		list_add(policies, sizeof(policies), &used, p->name);
	printk("@vigil boot version=%s board=%s cpus=%u policies=%s "
	       "mem=%08x-%08x hz=%u mode=%s overflow=%s dma=%s",
	       VIGIL_VERSION, platform.name, cpu_count, *policies ? policies : "none", home,
	       home + MONITOR_SIZE - 1, counter_hz(), monitor_dry_run ? "monitor" : "enforce",
	       overflows[audit_overflow], *dma_masters ? dma_masters : "none");
}

void __noreturn boot_main(void *fdt, u32 machine, const struct payload *payload);
void __noreturn boot_main(void *fdt, u32 machine, const struct payload *payload)
{
	u32 entry, home = (u32)(uintptr_t)__start;
	struct range kernel, ramdisk;
	int chosen;

	map_memory(fdt);
	arch_map_for_boot();
	chosen = fdt_path_offset(fdt, "/chosen");
	read_options(fdt, chosen);
	devtree_cpus(fdt);
	memmap_add(home, home + MONITOR_SIZE - 1, REGION_MONITOR);
	entry = guest_find(fdt, chosen, payload, &kernel, &ramdisk);
	fdt = devtree_open(fdt, &kernel);
	devtree_devices(fdt);
	devtree_edit(fdt, &ramdisk);
	monitor_init();
	arch_build_guest_map();
	print_header(home);
	arch_clean((uintptr_t)fdt, fdt_totalsize(fdt));
	arch_start_guest(entry, machine, (u32)(uintptr_t)fdt);
}
