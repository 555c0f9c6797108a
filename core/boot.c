// SPDX-License-Identifier: BSD-2-Clause
/* From U-Boot's hand to the guest's first instruction. */
#include "core.h"
#include <libfdt.h>

/* Words of a zImage's header, Linux' Documentation/arch/arm/booting. */
enum { ZIMAGE_MAGIC_WORD = 9, ZIMAGE_START_WORD, ZIMAGE_END_WORD };
#define ZIMAGE_MAGIC 0x016f2818

/*
 * The first pass through head.S, up to place_monitor(): the MMU is off, the image is where U-Boot
 * left it, and nothing outside of it may be written until there is room for the monitor, for a
 * ramdisk may begin right behind it. No .bss here.
 */

/* Have an image work `delta` bytes from where it was. Runs before the image itself does. */
void place_relocate(char *image, u32 delta)
{
	/* Pairs of an offset and a type, which is R_ARM_RELATIVE. */
	for (const u32 *entry = __rel_start; entry < __rel_end; entry += 2)
		*(u32 *)(image + *entry) += delta;
}

void place_check_mode(u32 cpsr, u32 id_pfr1)
{
	console_port = platform.uart_base;
	if (!((id_pfr1 >> 12) & 0xf))
		stop("no virtualization extensions, or they are off: Vigil needs Hyp mode");
	if ((cpsr & 0x1f) != 0x1a)
		stop("entered in mode %x, not in Hyp mode (1a): have U-Boot "
		     "start kernels in HYP (bootm_boot_mode=nonsec)",
		     cpsr & 0x1f);
}

char *place_monitor(const void *fdt)
{
	const struct payload *payload = (const struct payload *)__image_end;
	struct range image = {(uintptr_t)__start, (uintptr_t)payload->data + payload->size - 1};
	int err = fdt ? fdt_check_header(fdt) : -FDT_ERR_BADMAGIC;
	size_t size = (size_t)(__image_end - __start);
	char *home;

	if (err)
		stop("no device tree at %08x (r2): %s; start with `bootm uimage initrd fdt`",
		     (u32)(uintptr_t)fdt, fdt_strerror(err));
	if (!devtree_compatible(fdt, 0, platform.compatible))
		stop("this image is for %s, the device tree is for %s", platform.name,
		     fdt_stringlist_get(fdt, 0, "compatible", 0, NULL) ?: "an unnamed board");
	home = devtree_room(fdt, MONITOR_SIZE, MONITOR_SIZE, BITLL(32), &image);
	if (!home)
		stop("not enough memory: no free %u KiB for the monitor", MONITOR_SIZE / 1024);
	memcpy(home, __start, size);
	memset(home + size, 0, (size_t)(__bss_end - __image_end));
	place_relocate(home, (u32)(home - __start));
	*(u32 *)(home + ((char *)&image_payload - __start)) = (u32)(uintptr_t)payload;
	return home;
}

/* In RAM, and clear of the other. */
static void check(const char *what, const struct range *r, const char *other, const struct range *o)
{
	if (r->hi < r->lo || r->hi >> 32 || !memmap_within(r->lo, r->hi, REGION_RAM))
		stop("the %s %08llx-%08llx is not in the guest's memory: "
		     "truncated, or loaded elsewhere?",
		     what, r->lo, r->hi);
	if (r->lo <= o->hi && o->lo <= r->hi)
		stop("the %s %08llx-%08llx overlaps the %s %08llx-%08llx", what, r->lo, r->hi,
		     other, o->lo, o->hi);
}

void guest_find(const void *fdt, int chosen, const struct payload *payload, struct range *kernel,
		struct range *ramdisk)
{
	struct range tree = {(uintptr_t)fdt, (uintptr_t)fdt + fdt_totalsize(fdt) - 1};
	const char *what = "kernel of /chosen";
	u32 have, need, *word;
	bool raw = false;

	devtree_module(fdt, chosen, "multiboot,kernel", kernel);
	if (kernel->hi < kernel->lo) {
		if (payload->magic != PAYLOAD_MAGIC || !payload->size)
			stop("no kernel: build with `make KERNEL=...`, or name one in "
			     "/chosen as multiboot,kernel");
		raw = payload->raw;
		what = raw ? "raw image at KERNEL_ADDR" : "kernel in the uImage";
		kernel->lo = raw ? payload->addr : (uintptr_t)payload->data;
		kernel->hi = kernel->lo + payload->size - 1;
	}
	check(what, kernel, "device tree", &tree);
	have = (u32)(kernel->hi - kernel->lo + 1);
	if (!raw) {
		word = (u32 *)(uintptr_t)kernel->lo;
		if (kernel->lo % 4)
			stop("the %s is not aligned to 4 bytes", what);
		if (have < (ZIMAGE_END_WORD + 1) * 4 || word[ZIMAGE_MAGIC_WORD] != ZIMAGE_MAGIC)
			stop("the %s is not a zImage", what);
		need = word[ZIMAGE_END_WORD] - word[ZIMAGE_START_WORD];
		if (need > have)
			stop("the %s is truncated: %u of %u bytes", what, have, need);
	}
	devtree_ramdisk(fdt, chosen, ramdisk);
	if (ramdisk->hi) {
		check("ramdisk", ramdisk, "kernel", kernel);
		check("ramdisk", ramdisk, "device tree", &tree);
	}
	/* Where the payload's header is may be part of it. */
	if (raw) {
		memmove((void *)(uintptr_t)kernel->lo, payload->data, have);
		arch_clean((uintptr_t)kernel->lo, have);
	}
}

/* The log's first line; see docs/audit-log.md. */
static void print_header(u32 home, const char *nonce)
{
	static const char overflows[][5] = {"drop", "wait", "halt"};
	char policies[128] = "";

	for_each_policy (p)
		list_add(policies, sizeof(policies), p->name);
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
	if (__policies_end - __policies_start && platform.uart->empty)
		console_page = platform.uart_base / PAGE_SIZE;
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
	if (option_log)
		arch_map_port(option_log);
	/* Where the guest has not got the port, no page of it is the port's. */
	if (option_log || memmap_type(platform.uart_base) != REGION_DEVICE)
		console_page |= BIT(31);
	devtree_edit(fdt, &ramdisk);
	monitor_init();
	arch_build_guest_map();
	print_header(home, nonce);
	arch_clean((uintptr_t)fdt, fdt_totalsize(fdt));
	arch_start_guest((u32)kernel.lo, machine, (u32)(uintptr_t)fdt);
}
