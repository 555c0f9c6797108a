// SPDX-License-Identifier: BSD-2-Clause
/* QEMU's `virt` machine with virtualization=on. */
#include "platform.h"

const struct platform platform = {
	.name = "qemu-virt",
	.uart = &uart_pl011,
	.uart_base = 0x09000000,
	.compatible = (const char *const[]){"linux,dummy-virt", NULL},
	.masters = (const char *const[]){"virtio,mmio", "pci-host-ecam-generic", NULL},
	/* fw_cfg's DMA interface writes anywhere in memory, past stage 2. */
	.withhold = (const char *const[]){"qemu,fw-cfg-mmio", NULL},
};
