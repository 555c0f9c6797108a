// SPDX-License-Identifier: BSD-2-Clause
/* NXP's i.MX UART: UTXD, and UTS' TXFULL. */
#include "platform.h"

const struct uart uart_imx = {.data = 0x40, .status = 0xb4, .mask = BIT(4)};
