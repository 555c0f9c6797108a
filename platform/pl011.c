// SPDX-License-Identifier: BSD-2-Clause
/* ARM PrimeCell UART (PL011), as the firmware has set it up. */
#include "platform.h"

#define UARTDR	0x00
#define UARTFR	0x18
#define FR_TXFF BIT(5)

static bool pl011_ready(uintptr_t base)
{
	return !(*(volatile u32 *)(base + UARTFR) & FR_TXFF);
}

static void pl011_put(uintptr_t base, char c)
{
	*(volatile u32 *)(base + UARTDR) = (u8)c;
}

const struct uart uart_pl011 = {.ready = pl011_ready, .put = pl011_put};
