// SPDX-License-Identifier: BSD-2-Clause
/*
 * The first pass through head.S: the MMU is off, the image is where U-Boot
 * left it, and nothing outside of it may be written. No .bss here.
 */
#include <libfdt.h>
#include "core.h"

void place_check_mode(u32 mode, u32 id_pfr1);
void place_check_mode(u32 mode, u32 id_pfr1)
{
	console_move(platform.uart_base);
	if (!((id_pfr1 >> 12) & 0xf))
		stop("this CPU has no virtualization extensions, or they are "
		     "off: Vigil needs Hyp mode");
	if (mode != 0x1a)
		stop("entered in mode %x, not in Hyp mode (1a): have U-Boot "
		     "start kernels in HYP (bootm_boot_mode=nonsec)",
		     mode);
}

u32 place_monitor(const void *fdt);
u32 place_monitor(const void *fdt)
{
	struct range image = guest_image((const struct payload *)__image_end);
	int err = fdt ? fdt_check_header(fdt) : -FDT_ERR_BADMAGIC;
	phys_addr room;

	if (err)
		stop("no device tree at %08x (r2): %s; start with `bootm uimage initrd fdt`",
		     (u32)(uintptr_t)fdt, fdt_strerror(err));
	if (!devtree_compatible(fdt, 0, platform.compatible)) {
		const char *is = fdt_getprop(fdt, 0, "compatible", NULL);

		stop("this image is for %s, the device tree is for %s", platform.name,
		     is ? is : "an unnamed board");
	}
	room = devtree_find_room(fdt, MONITOR_SIZE, MONITOR_SIZE, 0x100000000ull, &image);
	if (!room)
		stop("not enough memory: no free %u KiB for the monitor", MONITOR_SIZE / KIB);
	return (u32)room;
}
