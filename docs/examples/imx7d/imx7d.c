// SPDX-License-Identifier: BSD-2-Clause
/* Boards with NXP's i.MX 7Dual and 7Solo, the console on UART 1. With PLATFORM_DIR; porting.md. */
#include "platform.h"

#define UTXD	   0x40
#define UTS	   0xb4
#define UTS_TXFULL BIT(4)

static bool imx_ready(uintptr_t base)
{
	return !(*(volatile u32 *)(base + UTS) & UTS_TXFULL);
}

static void imx_put(uintptr_t base, char c)
{
	*(volatile u32 *)(base + UTXD) = (u8)c;
}

static const struct uart uart_imx = {.ready = imx_ready, .put = imx_put};

const struct platform platform = {
	.name = "imx7d",
	.uart = &uart_imx,
	.uart_base = 0x30860000,
	.compatible = "fsl,imx7d fsl,imx7s",
	.masters = "fsl,imx7d-usdhc fsl,imx7d-usb fsl,imx7d-lcdif fsl,imx7d-csi fsl,imx7d-pxp "
		   "fsl,sec-v4.0 arm,coresight-tmc",
	/* It resets CPUs, and says where one begins. */
	.withhold = "fsl,imx7d-src",
};
