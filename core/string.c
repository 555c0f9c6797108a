// SPDX-License-Identifier: BSD-2-Clause
/* The C library that the image needs: its own, and libfdt's. */
#include "lib.h"

static bool aligned(const void *dst, const void *src)
{
	return ((uintptr_t)dst | (uintptr_t)src) % sizeof(u32) == 0;
}

void *memcpy(void *dst, const void *src, size_t n)
{
	u8 *d = dst;
	const u8 *s = src;

	if (aligned(d, s))
		for (; n >= 4; n -= 4, d += 4, s += 4)
			*(u32 *)d = *(const u32 *)s;
	while (n--)
		*d++ = *s++;
	return dst;
}

void *memset(void *dst, int c, size_t n)
{
	u8 *d = dst;

	if (aligned(d, d))
		for (; n >= 4; n -= 4, d += 4)
			*(u32 *)d = (u8)c * 0x01010101u;
	while (n--)
		*d++ = (u8)c;
	return dst;
}

void *memmove(void *dst, const void *src, size_t n)
{
	u8 *d = dst;
	const u8 *s = src;

	if (d == s)
		return dst;
	if (d < s || d >= s + n)
		return memcpy(dst, src, n);
	for (; n && (n % 4 || !aligned(d, s)); n--)
		d[n - 1] = s[n - 1];
	for (; n; n -= 4)
		*(u32 *)(d + n - 4) = *(const u32 *)(s + n - 4);
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	const u8 *p = s;

	for (; n; n--, p++)
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
	const char *end = s;

	while (*end)
		end++;
	return (size_t)(end - s);
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

static u32 digit(char c)
{
	if (c >= '0' && c <= '9')
		return (u32)(c - '0');
	c |= 'a' - 'A'; /* in lower case */
	return c >= 'a' && c <= 'f' ? (u32)(c - 'a') + 10 : 99;
}

const char *parse_u64(const char *s, u64 *value)
{
	u32 base = 10;
	u64 v = 0;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	if (digit(*s) >= base)
		return NULL;
	for (; digit(*s) < base; s++) {
		if (v > (UINT64_MAX - digit(*s)) / base)
			return NULL;
		v = v * base + digit(*s);
	}
	*value = v;
	return s;
}

/* What libgcc calls for a division by zero, of which there is none. */
void __noreturn __aeabi_ldiv0(void);
void __aeabi_ldiv0(void)
{
	panic("division by zero");
}

/* libfdt is built with stack protection. Its canary may be a constant: what
 * it guards against is an accident, for U-Boot's tree is trusted. */
extern const uintptr_t __stack_chk_guard;
const uintptr_t __stack_chk_guard = 0x000aff0d;
void __noreturn __stack_chk_fail(void);
void __stack_chk_fail(void)
{
	panic("a stack is smashed");
}
