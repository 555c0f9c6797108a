// SPDX-License-Identifier: BSD-2-Clause
/* QEMU's `virt` machine with virtualization=on. */
#include "platform.h"

static const char *const compatible[] = {"linux,dummy-virt", NULL};

static const char *const masters[] = {"virtio,mmio", "pci-host-ecam-generic", NULL};

/* fw_cfg's DMA interface writes anywhere in memory, past stage 2. */
static const char *const withhold[] = {"qemu,fw-cfg-mmio", NULL};

const struct platform platform = {
	.name = "qemu-virt",
	.uart = &uart_pl011,
	.uart_base = 0x09000000,
	.compatible = compatible,
	.masters = masters,
	.withhold = withhold,
};
