// SPDX-License-Identifier: BSD-2-Clause
/* ARM's Versatile Express with CoreTile A15x2; without PSCI, its CPUs wait for SYS_FLAGS. */
#include "platform.h"

const struct platform platform = {
	.name = "vexpress-a15",
	.uart = &uart_pl011,
	.uart_base = 0x1c090000,
	.compatible = "arm,vexpress,v2p-ca15",
	.masters = "arm,hdlcd arm,pl111",
	.flags = 0x1c010030,
	.gic = 0x2c000000,
};
