/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's kernel, wherever it comes from. Boot CPU only. */
#ifndef GUEST_H
#define GUEST_H

#include "devtree.h"

/* What tools put behind the monitor's image; `size` 0 if there is nothing. */
struct payload {
	u32 magic;
	u32 size;
	u32 raw; /* a raw image, to run at `addr`; else a zImage */
	u32 addr;
	u8 data[];
};

#define PAYLOAD_MAGIC 0x6c696756u

/* Find the kernel, put a raw image in place. Stops if there is no good one. */
u32 guest_find(const void *fdt, const struct payload *payload, struct range *kernel,
	       struct range *initrd);

/* The memory that image and payload hold where U-Boot left them. */
struct range guest_image(const struct payload *payload);

#endif
