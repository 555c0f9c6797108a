// SPDX-License-Identifier: BSD-2-Clause
/* 8250, 16550 and DesignWare UARTs with a register a word, as the firmware has set them up. */
#include "platform.h"

#define UART_THR 0x00
#define UART_LSR 0x14
#define LSR_THRE BIT(5)

static bool uart_8250_ready(uintptr_t base)
{
	return *(volatile u32 *)(base + UART_LSR) & LSR_THRE;
}

static void uart_8250_put(uintptr_t base, char c)
{
	*(volatile u32 *)(base + UART_THR) = (u8)c;
}

const struct uart uart_8250 = {.ready = uart_8250_ready, .put = uart_8250_put};
