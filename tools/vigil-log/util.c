// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "vlog.h"

const char *program = "vigil-log";

static void say(const char *fmt, va_list ap)
{
	fflush(stdout);
	fprintf(stderr, "%s: ", program);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	exit(EXIT_TROUBLE);
}

void warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void *grow(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p)
		die("out of memory");
	return p;
}

const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

bool span_is(struct span s, const char *text)
{
	return s.len >= 0 && (size_t)s.len == strlen(text) && !memcmp(s.p, text, (size_t)s.len);
}

bool span_only(struct span s, const char *also)
{
	for (int i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    !strchr(also, c))
			return false;
	}
	return s.len > 0;
}

bool parse_hex(const char *p, int len, uint64_t *out)
{
	uint64_t v = 0;

	if (len < 1 || len > 16)
		return false;
	while (len--) {
		char c = *p++;

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*out = v;
	return true;
}

bool parse_dec(const char *p, int len, uint64_t *out)
{
	uint64_t v = 0;

	if (len < 1 || len > 19)
		return false;
	for (; len--; p++) {
		if (*p < '0' || *p > '9')
			return false;
		v = v * 10 + (uint64_t)(*p - '0');
	}
	*out = v;
	return true;
}

bool in_list(const char *list, size_t len, struct span item)
{
	const char *end = list + len;

	while (list < end) {
		const char *comma = memchr(list, ',', (size_t)(end - list));
		const char *stop = comma ? comma : end;

		if (stop - list == item.len && !memcmp(list, item.p, (size_t)item.len))
			return true;
		list = stop + 1;
	}
	return false;
}

struct span field_of(const struct entry *e, struct span key)
{
	size_t len = (size_t)key.len;
	const char *p = e->text, *end = p + e->len;

	while ((p = memchr(p, ' ', (size_t)(end - p)))) {
		const char *stop;

		p++;
		if ((size_t)(end - p) <= len || memcmp(p, key.p, len) || p[len] != '=')
			continue;
		p += len + 1;
		stop = memchr(p, ' ', (size_t)(end - p));
		return (struct span){p, (int)((stop ? stop : end) - p)};
	}
	return (struct span){NULL, -1};
}

struct span field(const struct entry *e, const char *key)
{
	return field_of(e, (struct span){key, (int)strlen(key)});
}

uint64_t field_number(const struct entry *e, const char *key, int base, uint64_t otherwise)
{
	struct span s = field(e, key);
	uint64_t v;

	if (s.len < 0 || !(base == 16 ? parse_hex : parse_dec)(s.p, s.len, &v))
		return otherwise;
	return v;
}
