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
	char line[256];

	for (const char *s = prefix; *s; s++)
		console_put(*s);
	vformat(line, sizeof(line), fmt, ap);
	for (const char *s = line; *s; s++)
		console_put(*s);
	console_put('\r');
	console_put('\n');
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
	va_end(ap);
	arch_park();
}

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print("\r\nvigil: PANIC: ", fmt, ap);
	va_end(ap);
	arch_park();
}
