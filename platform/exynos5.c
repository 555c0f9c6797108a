// SPDX-License-Identifier: BSD-2-Clause
/* Samsung's Exynos 5250, 5410, 5422 and 5800, the console on UART 2: Arndale, Odroid XU. */
#include "platform.h"

const struct platform platform = {
	.name = "exynos5",
	/* Samsung's, its FIFO on: UTXH, and UFSTAT's TX_FULL. */
	.uart = &(const struct uart){.data = 0x20, .status = 0x18, .mask = BIT(24)},
	.uart_base = 0x12c20000,
	.compatible = "samsung,exynos5250 samsung,exynos5410 samsung,exynos5800",
	.masters = "samsung,exynos5250-dw-mshc samsung,exynos5420-dw-mshc "
		   "samsung,exynos5420-dw-mshc-smu samsung,exynos4210-ehci "
		   "samsung,exynos4210-ohci snps,dwc-ahci snps,dwc3 samsung,exynos4210-secss "
		   "samsung,exynos-sysmmu arm,mali-t604 arm,mali-t628",
	/* Where a CPU that is powered on looks for its entry; and the DRAM controller. */
	.withhold = "samsung,exynos4210-sysram samsung,exynos4210-sysram-ns "
		    "samsung,exynos5422-dmc",
};
