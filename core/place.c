// SPDX-License-Identifier: BSD-2-Clause
/*
 * The first pass through head.S: the MMU is off, the image is where U-Boot
 * left it, and nothing outside of it may be written until there is room for
 * the monitor, for a ramdisk may begin right behind it. No .bss here.
 */
#include "core.h"
#include <libfdt.h>

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
		stop("this CPU has no virtualization extensions, or they are "
		     "off: Vigil needs Hyp mode");
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
	if (!devtree_compatible(fdt, 0, platform.compatible)) {
		const char *is = fdt_getprop(fdt, 0, "compatible", NULL);

		stop("this image is for %s, the device tree is for %s", platform.name,
		     is ? is : "an unnamed board");
	}
	home = devtree_find_room(fdt, MONITOR_SIZE, MONITOR_SIZE, BITLL(32), &image);
	if (!home)
		stop("not enough memory: no free %u KiB for the monitor", MONITOR_SIZE / KIB);
	memcpy(home, __start, size);
	memset(home + size, 0, (size_t)(__bss_end - __image_end));
	place_relocate(home, (u32)(home - __start));
	*(u32 *)(home + ((char *)&image_payload - __start)) = (u32)(uintptr_t)payload;
	return home;
}
