// SPDX-License-Identifier: BSD-2-Clause
/* Samsung's UART of Exynos and S5P, its FIFO on, as the firmware has set it up. */
#include "platform.h"

#define UFSTAT	       0x18
#define UTXH	       0x20
#define UFSTAT_TX_FULL BIT(24)

static bool samsung_ready(uintptr_t base)
{
	return !(*(volatile u32 *)(base + UFSTAT) & UFSTAT_TX_FULL);
}

static void samsung_put(uintptr_t base, char c)
{
	*(volatile u32 *)(base + UTXH) = (u8)c;
}

const struct uart uart_samsung = {.ready = samsung_ready, .put = samsung_put};
