// SPDX-License-Identifier: BSD-2-Clause
/* Samsung's UART of Exynos and S5P, its FIFO on: UTXH, and UFSTAT's TX_FULL. */
#include "platform.h"

const struct uart uart_samsung = {.data = 0x20, .status = 0x18, .mask = BIT(24)};
