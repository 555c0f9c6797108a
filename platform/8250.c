// SPDX-License-Identifier: BSD-2-Clause
/* 8250, 16550 and DesignWare UARTs with a register a word: LSR's THRE. */
#include "platform.h"

const struct uart uart_8250 = {.data = 0x00, .status = 0x14, .mask = BIT(5), .ready = BIT(5)};
