// SPDX-License-Identifier: BSD-2-Clause
/* The formats that the monitor prints with, and no others. */
#include "lib.h"

size_t vformat(char *buf, size_t size, const char *fmt, va_list ap)
{
	size_t len = 0;

	for (; *fmt; fmt++) {
		const char *text = fmt, *end = fmt + 1;
		char made[32], *p = made + sizeof(made);
		bool is_long = false;
		u32 width = 0;

		if (*fmt == '%') {
			while (*++fmt != 's' && *fmt != 'u' && *fmt != 'x')
				if (*fmt == 'l')
					is_long = true;
				else
					width = *fmt == '*' ? va_arg(ap, u32)
							    : width * 10 + (u32)(*fmt - '0');
			end = p;
			if (*fmt == 's') {
				text = va_arg(ap, const char *);
				end = text + strlen(text);
			} else { /* u, x */
				u64 v = is_long ? va_arg(ap, u64) : va_arg(ap, u32);
				bool hex = *fmt != 'u';

				width = MIN(width, sizeof(made));
				do {
					*--p = "0123456789abcdef"[hex ? v & 15 : v % 10];
					v = hex ? v >> 4 : v / 10;
				} while (v || p + width > end);
				text = p;
			}
		}
		for (; text < end; text++)
			if (!buf)
				console_put(*text, true);
			else if (len + 1 < size)
				buf[len++] = *text;
	}
	if (size)
		buf[len] = '\0';
	return len;
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

bool list_has(const char *list, char separator, const char *name)
{
	for (size_t len; list && *list; list += list[len] ? len + 1 : len) {
		for (len = 0; list[len] && list[len] != separator; len++)
			;
		if (len && !strncmp(list, name, len) && (!name[len] || name[len] == '@'))
			return true;
	}
	return false;
}

void list_add(char *list, size_t size, const char *name)
{
	size_t used = strlen(list);

	/* Nothing is left out in silence. */
	if (used + strlen(name) + sizeof(",,...") > size)
		name = "...";
	format(list + used, size - used, "%s%s", used ? "," : "", name);
}
