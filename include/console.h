/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONSOLE_H
#define CONSOLE_H

#include "types.h"

/* Where the port's registers are now: physical until the MMU is on. */
void console_move(uintptr_t base);

bool console_ready(void);
void console_put(char c); /* waits for the port */

#endif
