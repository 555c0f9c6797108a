// SPDX-License-Identifier: BSD-2-Clause
/* Boards with NXP's i.MX 7Dual and 7Solo, the console on UART 1. */
#include "platform.h"

const struct platform platform = {
	.name = "imx7d",
	/* UTXD, and UTS' TXFULL. */
	.uart = &(const struct uart){.data = 0x40, .status = 0xb4, .mask = BIT(4)},
	.uart_base = 0x30860000,
	.compatible = "fsl,imx7d fsl,imx7s",
	.masters = "fsl,imx7d-usdhc fsl,imx7d-usb fsl,imx7d-lcdif fsl,imx7d-csi fsl,imx7d-pxp "
		   "fsl,sec-v4.0 arm,coresight-tmc",
	/* It resets CPUs, and says where one begins. */
	.withhold = "fsl,imx7d-src",
};
