// SPDX-License-Identifier: BSD-2-Clause
#include "arch.h"
#include "console.h"
#include "lib.h"
#include "platform.h"

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

void console_put(char c)
{
	while (!console_ready())
		;
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
