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
	if (o->len + 1 < o->size)
		o->buf[o->len++] = c;
}

static void put_number(struct out *o, u64 v, u32 base, u32 width, char pad)
{
	char digits[20];
	u32 n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	for (; width > n; width--)
		put(o, pad);
	while (n)
		put(o, digits[--n]);
}

size_t vformat(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct out o = {buf, size, 0};

	for (; *fmt; fmt++) {
		u32 width = 0, longs = 0;
		char pad = ' ';
		const char *s;
		u64 v;

		if (*fmt != '%') {
			put(&o, *fmt);
			continue;
		}
		if (*++fmt == '0')
			pad = *fmt++;
		for (; *fmt >= '0' && *fmt <= '9'; fmt++)
			width = width * 10 + (u32)(*fmt - '0');
		for (; *fmt == 'l'; fmt++)
			longs++;
		switch (*fmt) {
		case 's':
			for (s = va_arg(ap, const char *); *s; s++)
				put(&o, *s);
			break;
		case 'c':
			put(&o, (char)va_arg(ap, int));
			break;
		case 'd':
		case 'u':
		case 'x':
			v = longs > 1 ? va_arg(ap, u64) : va_arg(ap, u32);
			if (*fmt == 'd' && (s32)v < 0) {
				put(&o, '-');
				v = -(u32)v;
			}
			put_number(&o, v, *fmt == 'x' ? 16 : 10, width, pad);
			break;
		case '%':
			put(&o, '%');
			break;
		default: /* the end, in the middle of a format */
			fmt--;
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
