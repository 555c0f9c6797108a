// SPDX-License-Identifier: BSD-2-Clause
/* Printing, numbers, and the string functions, next to the host's. */
#include <string.h>

/* Before names.h takes the names. */
static size_t host_strlen(const char *s)
{
	return strlen(s);
}

static int host_memcmp(const void *a, const void *b, size_t n)
{
	return memcmp(a, b, n);
}

static int host_strncmp(const char *a, const char *b, size_t n)
{
	return strncmp(a, b, n);
}

static void host_memmove(void *to, const void *from, size_t n)
{
	memmove(to, from, n);
}

static void host_memset(void *to, int c, size_t n)
{
	memset(to, c, n);
}

static const char *host_strchr(const char *s, int c)
{
	return strchr(s, c);
}

static const char *host_strrchr(const char *s, int c)
{
	return strrchr(s, c);
}

static const void *host_memchr(const void *s, int c, size_t n)
{
	return memchr(s, c, n);
}

#include "fake_arch.h"

#define ROUNDS 20000

static int sign(int v)
{
	return (v > 0) - (v < 0);
}

static void check(const char *want, const char *fmt, ...)
{
	char buf[128];
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	len = vformat(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	assert_string_equal(buf, want);
	assert_int_equal(len, host_strlen(want));
}

static void formats(void **state)
{
	(void)state;
	check("", "");
	check("plain", "plain");
	check("a=b c", "%s=%s %s", "a", "b", "c");
	check("0 7 4294967295", "%u %u %u", 0u, 7u, ~0u);
	check("0 beef ffffffff", "%x %x %x", 0u, 0xbeefu, ~0u);
	check("18446744073709551615", "%llu", UINT64_MAX);
	check("ffffffffffffffff 1", "%llx %x", UINT64_MAX, 1u);
	check("0000002a|000042|2a", "%08x|%06u|%1x", 42u, 42u, 42u);
	check("12345678|123456789", "%08x|%08llx", 0x12345678u, 0x123456789ull);
	check("0000000000000001", "%016llx", 1ull);
	check("01 0001 00000001 0000000000000001", "%0*llx %0*llx %0*llx %0*llx", 2u, 1ull, 4u,
	      1ull, 8u, 1ull, 16u, 1ull);
}

static void random_numbers(void **state)
{
	char want[64], fmt[16];

	(void)state;
	for (u32 i = 0; i < ROUNDS; i++) {
		u64 v = ((u64)fake_random() << 32 | fake_random()) >> fake_random_below(64);
		u32 width = fake_random_below(20);
		char base = fake_random() & 1 ? 'x' : 'u';

		snprintf(fmt, sizeof(fmt), "%%0%ullc", width);
		fmt[host_strlen(fmt) - 1] = base;
		snprintf(want, sizeof(want), base == 'x' ? "%0*llx" : "%0*llu", (int)width,
			 (unsigned long long)v);
		check(want, fmt, v);
		snprintf(want, sizeof(want), base == 'x' ? "%0*x" : "%0*u", (int)width, (u32)v);
		snprintf(fmt, sizeof(fmt), "%%0%u%c", width, base);
		check(want, fmt, (u32)v);
	}
}

static void never_outgrows(void **state)
{
	char buf[32];

	(void)state;
	for (size_t size = 1; size < sizeof(buf); size++) {
		size_t len;

		host_memset(buf, '#', sizeof(buf));
		len = format(buf, size, "%s-%08x", "0123456789", 0x1234u);
		assert_int_equal(len, MIN(size - 1, 19));
		assert_int_equal(host_memcmp(buf, "0123456789-00001234", len), 0);
		assert_int_equal(buf[len], '\0');
		for (size_t i = len + 1; i < sizeof(buf); i++)
			assert_int_equal(buf[i], '#');
	}
}

static void to_the_console(void **state)
{
	(void)state;
	fake.room = 3;
	fake.refill = 5; /* a slow port is waited for */
	format(NULL, 0, "%s %x\r\n", "line", 0xau);
	assert_string_equal(fake.text, "line a\r\n");
	fake.room = SIZE_MAX;
	fake_port_clear();
	assert_int_equal(ENDS(stop("%u of %u", 1u, 2u)), PARKED);
	assert_string_equal(fake.text, "vigil: stop: 1 of 2\r\n");
	fake_port_clear();
	assert_int_equal(ENDS(panic("at %08x", 0x40u)), PARKED);
	assert_string_equal(fake.text, "\r\nvigil: PANIC: at 00000040\r\n");
}

static void lists(void **state)
{
	char list[32] = "";

	(void)state;
	list_add(list, sizeof(list), "one");
	assert_string_equal(list, "one");
	list_add(list, sizeof(list), "two");
	assert_string_equal(list, "one,two");
	for (u32 i = 0; i < 20; i++) {
		list_add(list, sizeof(list), "another");
		assert_true(host_strlen(list) < sizeof(list));
	}
	/* Who reads it sees that something is missing. */
	assert_non_null(strstr(list, ",..."));
	assert_int_equal(host_memcmp(list, "one,two,another", 15), 0);
}

static void long_name_in_list(void **state)
{
	char list[16] = "";

	(void)state;
	list_add(list, sizeof(list), "longer-than-the-list");
	assert_string_equal(list, "...");
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		u64 value;
		const char *rest; /* NULL: refused */
	} cases[] = {
		{"0", 0, ""},
		{"42", 42, ""},
		{"42+1", 42, "+1"},
		{"0x2A", 42, ""},
		{"0X2ag", 42, "g"},
		{"007", 7, ""},
		{"18446744073709551615", UINT64_MAX, ""},
		{"18446744073709551616", 0, NULL},
		{"99999999999999999999", 0, NULL},
		{"0xffffffffffffffff", UINT64_MAX, ""},
		{"0x10000000000000000", 0, NULL},
		{"0x0000000000000000001", 1, ""},
		{"", 0, NULL},
		{"0x", 0, NULL},
		{"0xg", 0, NULL},
		{"x", 0, NULL},
		{"-1", 0, NULL},
		{" 1", 0, NULL},
		{"1a", 1, "a"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		u64 v = 0;
		const char *rest = parse_u64(cases[i].text, &v);

		if (!cases[i].rest) {
			assert_null(rest);
			continue;
		}
		assert_non_null(rest);
		assert_string_equal(rest, cases[i].rest);
		assert_hex(v, cases[i].value);
	}
}

static void random_parse(void **state)
{
	char text[32];

	(void)state;
	for (u32 i = 0; i < ROUNDS; i++) {
		u64 got, v = ((u64)fake_random() << 32 | fake_random()) >> fake_random_below(64);

		snprintf(text, sizeof(text), i & 1 ? "0x%llx" : "%llu", (unsigned long long)v);
		assert_non_null(parse_u64(text, &got));
		assert_hex(got, v);
	}
}

static void fill_random(char *p, size_t n)
{
	while (n--)
		*p++ = (char)fake_random();
}

/* All alignments of both ends, overlaps both ways, and not a byte beside. */
static void moves(void **state)
{
	char got[96], want[96], source[96];

	(void)state;
	for (size_t from = 0; from < 24; from++)
		for (size_t to = 0; to < 24; to++)
			for (size_t n = 0; n < 40; n++) {
				fill_random(got, sizeof(got));
				host_memmove(want, got, sizeof(got));
				host_memmove(want + to, want + from, n);
				assert_ptr_equal(memmove(got + to, got + from, n), got + to);
				assert_int_equal(host_memcmp(got, want, sizeof(got)), 0);

				fill_random(source, sizeof(source));
				host_memmove(want + to, source + from, n);
				assert_ptr_equal(memcpy(got + to, source + from, n), got + to);
				assert_int_equal(host_memcmp(got, want, sizeof(got)), 0);
			}
}

static void sets(void **state)
{
	char got[64], want[64];

	(void)state;
	for (size_t to = 0; to < 9; to++)
		for (size_t n = 0; n < 50; n++) {
			int c = (int)fake_random();

			fill_random(got, sizeof(got));
			host_memmove(want, got, sizeof(got));
			host_memset(want + to, c, n);
			assert_ptr_equal(memset(got + to, c, n), got + to);
			assert_int_equal(host_memcmp(got, want, sizeof(got)), 0);
		}
}

/* Short strings of few letters, so that they are often alike. */
static void random_string(char *s, size_t max)
{
	size_t n = fake_random_below((u32)max);

	for (size_t i = 0; i < n; i++)
		s[i] = "ab\xff"[fake_random_below(3)];
	s[n] = '\0';
}

static void strings(void **state)
{
	char a[8], b[8];

	(void)state;
	for (u32 i = 0; i < ROUNDS; i++) {
		size_t n = fake_random_below(8);
		int c = "ab\xff\0z"[fake_random_below(5)];

		random_string(a, sizeof(a));
		random_string(b, sizeof(b));
		assert_int_equal(strlen(a), host_strlen(a));
		assert_int_equal(strnlen(a, n), MIN(host_strlen(a), n));
		assert_int_equal(sign(strcmp(a, b)), sign(host_strncmp(a, b, sizeof(a))));
		assert_int_equal(sign(strncmp(a, b, n)), sign(host_strncmp(a, b, n)));
		n = MIN(n, MIN(host_strlen(a), host_strlen(b)));
		assert_int_equal(sign(memcmp(a, b, n)), sign(host_memcmp(a, b, n)));
		assert_ptr_equal(strchr(a, c), host_strchr(a, c));
		assert_ptr_equal(strrchr(a, c), host_strrchr(a, c));
		assert_ptr_equal(memchr(a, c, n), host_memchr(a, c, n));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(formats),	      TEST(random_numbers), TEST(never_outgrows),
		TEST(to_the_console), TEST(lists),	    TEST(long_name_in_list),
		TEST(numbers),	      TEST(random_parse),   TEST(moves),
		TEST(sets),	      TEST(strings),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
