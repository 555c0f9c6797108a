// SPDX-License-Identifier: BSD-2-Clause
#include "arch.h"
#include "lib.h"
#include "platform.h"

/* Well over the time of a full FIFO at 9,600 baud. */
#define SPINS_MAX 100000000u

/* In .data: the first pass through head.S has no .bss yet. */
static uintptr_t port __section(".data");

void console_move(uintptr_t base)
{
	port = base;
}

bool console_ready(void)
{
	return platform.uart->ready(port);
}

/*
 * The guest may own the port too, and have stopped it: no wait is without end, and after the
 * first that was in vain there is none until the port has taken a character.
 */
void console_put(char c)
{
	static bool dead __section(".data");

	for (u32 spins = 0; !console_ready(); spins++) {
		dead |= spins == SPINS_MAX;
		if (dead)
			return;
	}
	dead = false;
	platform.uart->put(port, c);
}

static void print(const char *prefix, const char *fmt, va_list ap)
{
	format(NULL, 0, "%s", prefix);
	vformat(NULL, 0, fmt, ap);
	format(NULL, 0, "\r\n");
}

void printk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print("", fmt, ap);
	va_end(ap);
}

void stop(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print("vigil: stop: ", fmt, ap);
	arch_park();
}

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print("\r\nvigil: PANIC: ", fmt, ap);
	arch_park();
}
