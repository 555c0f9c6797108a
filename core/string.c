// SPDX-License-Identifier: BSD-2-Clause
/* The C library that the image needs: its own, and libfdt's. */
#include "lib.h"

void *__noinline memcpy(void *dst, const void *src, size_t n)
{
	u8 *d = dst;
	const u8 *s = src;

	if (((uintptr_t)d | (uintptr_t)s) % sizeof(u32) == 0)
		for (; n >= 4; n -= 4, d += 4, s += 4)
			*(u32 *)d = *(const u32 *)s;
	while (n--)
		*d++ = *s++;
	return dst;
}

void *memset(void *dst, int c, size_t n)
{
	u8 *d = dst;

	if ((uintptr_t)d % sizeof(u32) == 0)
		for (; n >= 4; n -= 4, d += 4)
			*(u32 *)d = (u8)c * 0x01010101u;
	while (n--)
		*d++ = (u8)c;
	return dst;
}

void *memmove(void *dst, const void *src, size_t n)
{
	size_t gap = (uintptr_t)dst - (uintptr_t)src;

	/* Into what is yet to be copied: from the end, by pieces that do not overlap. */
	for (; gap && gap < n; n -= gap)
		memcpy((u8 *)dst + n - gap, (const u8 *)src + n - gap, gap);
	return gap ? memcpy(dst, src, n) : dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n && *x == *y; n--)
		x++, y++;
	return n ? *x - *y : 0;
}

void *memchr(const void *s, int c, size_t n)
{
	for (const u8 *p = s; n; n--, p++)
		if (*p == (u8)c)
			return (void *)(uintptr_t)p;
	return NULL;
}

size_t strnlen(const char *s, size_t max)
{
	const char *end = memchr(s, '\0', max);

	return end ? (size_t)(end - s) : max;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

char *strchr(const char *s, int c)
{
	return memchr(s, c, strlen(s) + 1);
}

char *strrchr(const char *s, int c)
{
	for (size_t n = strlen(s) + 1; n; n--)
		if (s[n - 1] == (char)c)
			return (char *)(uintptr_t)&s[n - 1];
	return NULL;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n && *a && *a == *b; n--)
		a++, b++;
	return n ? (u8)*a - (u8)*b : 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

const char *parse_u64(const char *s, u64 *value)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	const char *start = hex ? s + 2 : s, *digit;

	*value = 0;
	for (s = start; (digit = memchr(digits, *s, hex ? 22 : 10)); s++) {
		u64 d = (u64)(digit - digits);

		if (__builtin_mul_overflow(*value, hex ? 16u : 10u, value) ||
		    __builtin_add_overflow(*value, d < 16 ? d : d - 6, value))
			return NULL;
	}
	return s > start ? s : NULL;
}

/*
 * libfdt is built with stack protection. Its canary may be a constant: what it guards against is
 * an accident, for U-Boot's tree is trusted. uImage.lds sends a division by
 * zero, of which there is none, here as well.
 */
const uintptr_t __stack_chk_guard = 0x000aff0d;
void __noreturn __stack_chk_fail(void);
void __stack_chk_fail(void)
{
	panic("a stack is smashed, or a division by zero");
}
