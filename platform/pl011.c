// SPDX-License-Identifier: BSD-2-Clause
/* ARM PrimeCell UART (PL011). */
#include "platform.h"

const struct uart uart_pl011 = {
	.data = 0x00,		     /* UARTDR */
	.status = 0x18,		     /* UARTFR */
	.mask = BIT(5),		     /* TXFF */
	.empty = BIT(4),	     /* RXFE */
	.enabled = 0x38,	     /* UARTIMSC; then UARTRIS, UARTMIS */
	.received = BIT(4) | BIT(6), /* RX, RT */
	/* UARTECR, UARTIMSC and UARTICR: its interrupts, but not how it works, and no DMA. */
	.guest_writes = BIT(0x04 / 4) | BIT(0x38 / 4) | BIT(0x44 / 4),
};
