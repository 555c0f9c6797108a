// SPDX-License-Identifier: BSD-2-Clause
/* The guest's kernel and ramdisk: found, checked, and in place. */
#include <libfdt.h>
#include "devtree.h"
#include "guest.h"
#include "layout.h"
#include "lib.h"
#include "memmap.h"

/* The header of a zImage, Linux' Documentation/arch/arm/booting. */
#define ZIMAGE_MAGIC_AT 0x24
#define ZIMAGE_START_AT 0x28
#define ZIMAGE_END_AT	0x2c
#define ZIMAGE_MAGIC	0x016f2818

struct range guest_image(const struct payload *payload)
{
	uintptr_t lo = (uintptr_t)payload - (size_t)(__image_end - __start);

	return (struct range){lo, (uintptr_t)payload->data + payload->size - 1};
}

static u32 word_at(const struct range *r, u32 offset)
{
	return *(const u32 *)((uintptr_t)r->lo + offset);
}

static void check_zimage(struct range *kernel, const char *from)
{
	u32 have = (u32)(kernel->hi - kernel->lo + 1), need;

	if (kernel->lo % 4)
		stop("the kernel %s is not aligned to 4 bytes", from);
	if (have < ZIMAGE_END_AT + 4 || word_at(kernel, ZIMAGE_MAGIC_AT) != ZIMAGE_MAGIC)
		stop("the kernel %s is not a zImage", from);
	need = word_at(kernel, ZIMAGE_END_AT) - word_at(kernel, ZIMAGE_START_AT);
	if (need > have)
		stop("the kernel %s is truncated: %u of %u bytes", from, have, need);
}

static void check_clear(const char *what, const struct range *r, const char *other,
			const struct range *o)
{
	if (r->lo <= o->hi && o->lo <= r->hi)
		stop("the %s %08llx-%08llx overlaps the %s %08llx-%08llx", what, r->lo, r->hi,
		     other, o->lo, o->hi);
}

static void check_in_ram(const char *what, const struct range *r)
{
	if (r->hi < r->lo || r->hi >> 32 || !memmap_within(r->lo, r->hi, REGION_RAM))
		stop("the %s %08llx-%08llx is not in the guest's memory: "
		     "truncated, or loaded elsewhere?",
		     what, r->lo, r->hi);
}

/* Copy a raw image to where it runs. */
static void place_raw(const struct payload *payload, struct range *kernel)
{
	kernel->lo = payload->addr;
	kernel->hi = kernel->lo + payload->size - 1;
	check_in_ram("raw image at KERNEL_ADDR", kernel);
}

u32 guest_find(const void *fdt, const struct payload *payload, struct range *kernel,
	       struct range *initrd)
{
	struct range tree = {(uintptr_t)fdt, (uintptr_t)fdt + fdt_totalsize(fdt) - 1};
	bool raw = false;

	if (devtree_module(fdt, "multiboot,kernel", kernel)) {
		check_in_ram("kernel of /chosen", kernel);
		check_zimage(kernel, "of /chosen");
	} else if (payload->magic != PAYLOAD_MAGIC || !payload->size) {
		stop("no kernel: build with `make KERNEL=...`, or name one in "
		     "/chosen as multiboot,kernel");
	} else if (payload->raw) {
		raw = true;
		place_raw(payload, kernel);
	} else {
		kernel->lo = (uintptr_t)payload->data;
		kernel->hi = kernel->lo + payload->size - 1;
		check_in_ram("kernel in the uImage", kernel);
		check_zimage(kernel, "in the uImage");
	}
	check_clear("kernel", kernel, "device tree", &tree);
	if (devtree_initrd(fdt, initrd) || devtree_module(fdt, "multiboot,ramdisk", initrd)) {
		check_in_ram("ramdisk", initrd);
		check_clear("ramdisk", initrd, "kernel", kernel);
		check_clear("ramdisk", initrd, "device tree", &tree);
	} else {
		*initrd = (struct range){0, 0};
	}
	if (raw)
		memmove((void *)(uintptr_t)kernel->lo, payload->data, payload->size);
	return (u32)kernel->lo;
}
