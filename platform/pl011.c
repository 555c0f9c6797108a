// SPDX-License-Identifier: BSD-2-Clause
/* ARM PrimeCell UART (PL011), as the firmware has set it up. */
#include "platform.h"

#define UARTDR	 0x00
#define UARTECR	 0x04 /* errors, cleared */
#define UARTFR	 0x18
#define UARTIMSC 0x38
#define UARTICR	 0x44
#define FR_TXFF	 BIT(5)

static bool pl011_ready(uintptr_t base)
{
	return !(*(volatile u32 *)(base + UARTFR) & FR_TXFF);
}

static void pl011_put(uintptr_t base, char c)
{
	*(volatile u32 *)(base + UARTDR) = (u8)c;
}

/* Interrupts are the guest's own affair; how the port works and DMA are not. */
static bool pl011_may_write(uintptr_t base, u32 offset, u32 value)
{
	(void)base, (void)value;
	return offset == UARTECR || offset == UARTIMSC || offset == UARTICR;
}

const struct uart uart_pl011 = {
	.ready = pl011_ready,
	.put = pl011_put,
	.size = 0x1000,
	.data = UARTDR,
	.may_write = pl011_may_write,
};
