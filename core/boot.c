// SPDX-License-Identifier: BSD-2-Clause
/* From U-Boot's hand to the guest's first instruction. */
#include <libfdt.h>
#include "arch.h"
#include "audit.h"
#include "boot.h"
#include "devtree.h"
#include "guest.h"
#include "layout.h"
#include "lib.h"
#include "memmap.h"
#include "monitor.h"
#include "options.h"
#include "platform.h"

static void read_options(const void *fdt)
{
	int len, chosen = fdt_path_offset(fdt, "/chosen");
	const char *p = chosen < 0 ? NULL : fdt_getprop(fdt, chosen, OPTIONS_PROPERTY, &len);

	if (p)
		options_parse(p, (size_t)len);
}

/* The log's first line; see docs/audit-log.md. */
static void print_header(void)
{
	static const char *const overflows[] = {"drop", "wait", "halt"};
	char policies[128] = "";
	u32 hash = monitor_hash(0, options_text);
	size_t used = 0;

	for_each_policy (p) {
		hash = monitor_hash(hash, p->name);
		used += format(policies + used, sizeof(policies) - used, "%s%s", used ? "," : "",
			       p->name);
	}
	printk("@vigil boot version=%s board=%s cpus=%u policies=%s hash=%08x "
	       "mem=%08x-%08x hz=%u mode=%s overflow=%s",
	       VIGIL_VERSION, platform.name, arch_cpu_count(), used ? policies : "none", hash,
	       (u32)(uintptr_t)__start, (u32)(uintptr_t)__start + MONITOR_SIZE - 1, counter_hz(),
	       monitor_dry_run ? "monitor" : "enforce", overflows[audit_overflow]);
}

void __noreturn boot_main(void *fdt, u32 machine, const struct payload *payload);
void __noreturn boot_main(void *fdt, u32 machine, const struct payload *payload)
{
	uintptr_t home = (uintptr_t)__start;
	struct range kernel, initrd;
	u32 entry;

	devtree_map_memory(fdt);
	arch_map_for_boot();
	read_options(fdt);
	devtree_cpus(fdt);
	devtree_map_devices(fdt);
	memmap_add(home, home + MONITOR_SIZE - 1, REGION_MONITOR);
	entry = guest_find(fdt, payload, &kernel, &initrd);
	arch_build_guest_map();
	monitor_init();
	fdt = devtree_edit(fdt, &kernel, &initrd);
	print_header();
	arch_clean((uintptr_t)fdt, fdt_totalsize(fdt));
	arch_clean((uintptr_t)kernel.lo, (size_t)(kernel.hi - kernel.lo + 1));
	arch_start_guest(entry, machine, (u32)(uintptr_t)fdt);
}
