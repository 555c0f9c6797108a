// SPDX-License-Identifier: BSD-2-Clause
#include "core.h"

/* Well over the time of a full FIFO at 9,600 baud. */
#define SPINS_MAX 100000000u

/* In .data: the first pass through head.S has no .bss yet. */
uintptr_t console_port __section(".data");

/*
 * The guest may own the port too, and have stopped it: no wait is without end, and after the
 * first that was in vain there is none until this finds the port ready again.
 */
bool console_put(char c, bool wait)
{
	static u32 spins __section(".data");

	while (unlikely(!console_ready()))
		if (!wait)
			return false;
		else if (spins == SPINS_MAX || ++spins == SPINS_MAX)
			return true;
	spins = 0;
	guarded_store(console_port + platform.uart->data, 4, (u8)c);
	return true;
}

void give_up(bool own, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(NULL, 0, own ? "\r\nvigil: PANIC: " : "vigil: stop: ");
	vformat(NULL, 0, fmt, ap);
	format(NULL, 0, "\r\n");
	arch_park();
}
