// SPDX-License-Identifier: BSD-2-Clause
/* The formats that the monitor prints with, and no others. */
#include "lib.h"

struct out {
	char *buf;
	size_t size;
	size_t len;
};

static void put(struct out *o, char c)
{
	if (!o->buf)
		console_put(c);
	else if (o->len + 1 < o->size)
		o->buf[o->len++] = c;
}

static void put_number(struct out *o, u64 v, u32 base, u32 width)
{
	char digits[20];
	u32 n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	for (; width > n; width--)
		put(o, '0');
	while (n)
		put(o, digits[--n]);
}

size_t vformat(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct out o = {buf, size, 0};

	for (; *fmt; fmt++) {
		u32 width = 0, longs = 0;

		if (*fmt != '%') {
			put(&o, *fmt);
			continue;
		}
		for (fmt++; *fmt >= '0' && *fmt <= '9'; fmt++)
			width = width * 10 + (u32)(*fmt - '0');
		if (*fmt == '*') {
			width = va_arg(ap, u32);
			fmt++;
		}
		for (; *fmt == 'l'; fmt++)
			longs++;
		switch (*fmt) {
		case 's':
			for (const char *s = va_arg(ap, const char *); *s; s++)
				put(&o, *s);
			break;
		case 'c':
			put(&o, (char)va_arg(ap, int));
			break;
		default: /* u, x */
			put_number(&o, longs ? va_arg(ap, u64) : va_arg(ap, u32),
				   *fmt == 'u' ? 10 : 16, width);
		}
	}
	if (size)
		buf[o.len] = '\0';
	return o.len;
}

size_t format(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	len = vformat(buf, size, fmt, ap);
	va_end(ap);
	return len;
}

void list_add(char *list, size_t size, size_t *used, const char *name)
{
	/* Nothing is left out in silence. */
	if (*used + strlen(name) + sizeof(",,...") > size)
		name = "...";
	*used += format(list + *used, size - *used, "%s%s", *used ? "," : "", name);
}
