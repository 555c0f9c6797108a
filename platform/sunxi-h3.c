// SPDX-License-Identifier: BSD-2-Clause
/* Boards with Allwinner's H3: Orange Pi, NanoPi. The console is UART 0. */
#include "platform.h"

const struct platform platform = {
	.name = "sunxi-h3",
	/* An 8250 with a register a word: THR, and LSR's THRE. */
	.uart = &(const struct uart){.status = 0x14, .mask = BIT(5), .ready = BIT(5)},
	.uart_base = 0x01c28000,
	.compatible = "allwinner,sun8i-h3",
	.masters = "allwinner,sun7i-a20-mmc allwinner,sun8i-h3-emmc generic-ehci generic-ohci "
		   "allwinner,sun8i-h3-de2-mixer-0 allwinner,sun8i-h3-csi "
		   "allwinner,sun8i-h3-crypto allwinner,sun8i-h3-deinterlace "
		   "allwinner,sun8i-h3-video-engine arm,mali-400",
	/* The DRAM controller: how it maps addresses, and so where the monitor is. */
	.withhold = "allwinner,sun8i-h3-mbus",
	/* R_CPUCFG starts CPUs, in secure mode, and the AR100, which sees all memory. */
	.never = {0x01f01c00, 0x01f01fff},
};
