// SPDX-License-Identifier: BSD-2-Clause
/* From U-Boot's hand to the guest's first instruction. */
#include "monitor.h"
#include "core.h"
#include <libfdt.h>

/* The log's first line; see docs/audit-log.md. */
static void print_header(u32 home, const char *nonce)
{
	static const char overflows[][5] = {"drop", "wait", "halt"};
	char policies[128] = "";
	size_t used = 0;

	for_each_policy (p)
		list_add(policies, sizeof(policies), &used, p->name);
	vigil_print("boot version=%s board=%s cpus=%u policies=%s policy=" VIGIL_POLICY_HASH
		    " mem=%08x-%08x hz=%u mode=%s overflow=%s%s dma=%s",
		    VIGIL_VERSION, platform.name, cpu_count, *policies ? policies : "none", home,
		    home + MONITOR_SIZE - 1, counter_hz(), monitor_dry_run ? "monitor" : "enforce",
		    overflows[audit_overflow], nonce, *dma_masters ? dma_masters : "none");
}

void boot_main(void *fdt, u32 machine, const struct payload *payload)
{
	u32 home = (u32)(uintptr_t)__start;
	struct range bank[MAX_BANKS], kernel, ramdisk;
	char nonce[32] = "";
	const char *options;
	int chosen, len;
	void *key;

	for (u32 i = devtree_memory(fdt, bank); i-- > 0;)
		memmap_add(bank[i].lo, bank[i].hi, REGION_RAM);
	arch_map_for_boot();
	chosen = fdt_path_offset(fdt, "/chosen");
	for_each_policy (p)
		console_owned = platform.uart->size;
	options = fdt_getprop(fdt, chosen, "vigil,options", &len);
	if (options)
		options_parse(options, (size_t)len);
	key = fdt_getprop_w(fdt, chosen, "vigil,key", &len);
	if (key) {
		if (len != 16)
			stop("vigil,key of /chosen has %u bytes: give it 16", (u32)len);
		format(nonce, sizeof(nonce), " nonce=%016llx",
		       tag_start(key, fdt, fdt_off_dt_strings(fdt)));
		memset(key, 0, 16);
	}
	devtree_cpus(fdt);
	memmap_add(home, home + MONITOR_SIZE - 1, REGION_MONITOR);
	guest_find(fdt, chosen, payload, &kernel, &ramdisk);
	fdt = devtree_open(fdt, &kernel);
	devtree_devices(fdt);
	devtree_edit(fdt, &ramdisk);
	monitor_init();
	arch_build_guest_map();
	print_header(home, nonce);
	arch_clean((uintptr_t)fdt, fdt_totalsize(fdt));
	arch_start_guest((u32)kernel.lo, machine, (u32)(uintptr_t)fdt);
}
