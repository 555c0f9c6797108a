// SPDX-License-Identifier: BSD-2-Clause
/* Boards with Allwinner's H3: Orange Pi, NanoPi. The console is UART 0. */
#include "platform.h"

static const char *const compatible[] = {"allwinner,sun8i-h3", NULL};

/* clang-format off */
static const char *const masters[] = {
	"allwinner,sun7i-a20-mmc", "allwinner,sun8i-h3-emmc", "generic-ehci", "generic-ohci",
	"allwinner,sun8i-h3-de2-mixer-0", "allwinner,sun8i-h3-csi",
	"allwinner,sun8i-h3-deinterlace", "allwinner,sun8i-h3-video-engine",
	"allwinner,sun8i-h3-crypto", "arm,mali-400", NULL};
/* clang-format on */

static const char *const withhold[] = {NULL};

const struct platform platform = {
	.name = "sunxi-h3",
	.uart = &uart_8250,
	.uart_base = 0x01c28000,
	.compatible = compatible,
	.masters = masters,
	.withhold = withhold,
};
