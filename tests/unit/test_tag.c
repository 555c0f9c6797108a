/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines' tags: SipHash-2-4 by its published vectors, of 64 and 128 bits; and the keys. */
#include "fake_arch.h"
#include "monitor.h"

static const u64 first[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

/* The hash of a text, by the key that is due. */
static void set_key(u64 low, u64 high)
{
	siphash_key[0] = low;
	siphash_key[1] = high;
}

static u64 hash(const void *text, size_t len)
{
	u64 padded[9] = {0};

	assert_in_range(len, 0, 64);
	memcpy(padded, text, len);
	padded[len / 8] |= (u64)len << 56;
	return siphash_once(padded, &padded[len / 8]);
}

/* Of the bytes 00, 01, 02, ... by the key 00, 01, ... 0f; by the length. */
static void vectors(void **state)
{
	static const struct {
		size_t len;
		u64 hash;
	} known[] = {
		{0, 0x726fdb47dd0e0e31},  {1, 0x74f839c593dc67fd},  {2, 0x0d6c8009d9a94f5a},
		{7, 0xab0200f58b01d137},  {8, 0x93f5f5799a932462},  {9, 0x9e0082df0ba9e4b0},
		{15, 0xa129ca6149be45e5}, {16, 0x3f2acc7f57c29bdb}, {63, 0x958a324ceb064572},
	};
	u8 bytes[64];

	(void)state;
	for (u32 i = 0; i < sizeof(bytes); i++)
		bytes[i] = (u8)i;
	for (u32 i = 0; i < ARRAY_SIZE(known); i++) {
		set_key(first[0], first[1]);
		assert_hex(hash(bytes, known[i].len), known[i].hash);
	}
}

/* The next key is the published hash of 128 bits of no text, whatever was hashed before. */
static void next_key(void **state)
{
	static const u64 next[2] = {0xe6a825ba047f81a3, 0x930255c71472f66d};
	u64 want;

	(void)state;
	set_key(next[0], next[1]);
	want = hash("anything", 8);
	for (u32 len = 0; len < 20; len++) {
		set_key(first[0], first[1]);
		hash("what has been said before", len);
		assert_hex(hash("anything", 8), want);
	}
	/* And so on, from one to the next. */
	set_key(next[0], next[1]);
	hash("", 0);
	want = hash("anything", 8);
	set_key(first[0], first[1]);
	hash("", 0);
	hash("", 0);
	assert_hex(hash("anything", 8), want);
}

static void without_a_key(void **state)
{
	char text[32] __aligned(8) = "@vigil x";

	(void)state;
	assert_int_equal(tag_line(text, 8), 10);
	assert_string_equal(text, "@vigil x\r\n");
}

/* The first line's key is of the nonce, by the two keys behind the given one. */
static void keys(void **state)
{
	static const u64 seed[3] = {1, 2, 3};
	u64 nonce, low, high;
	char text[64] __aligned(8), want[6][64];

	(void)state;
	fake.counter = 0x1234;
	fake.step = 0;
	set_key(first[0], first[1]);
	nonce = siphash_once(seed, &seed[2]) + 0x1234;
	low = hash(&nonce, 8);
	high = hash(&nonce, 8);
	set_key(low, high);
	for (u32 line = 0; line < 6; line++)
		snprintf(want[line], sizeof(want[line]), "%.*s mac=%016llx\r\n", 11 + line,
			 "@vigil line 12345",
			 (unsigned long long)hash("@vigil line 12345", 11 + line));

	assert_hex(tag_start(first, seed, 20), nonce);
	assert_true(tag_is_on);
	for (u32 line = 0; line < 6; line++) {
		memset(text, 'x', sizeof(text));
		memcpy(text, "@vigil line 12345", 11 + line);
		assert_int_equal(tag_line(text, 11 + line), strlen(want[line]));
		assert_string_equal(text, want[line]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(vectors),
		TEST(next_key),
		TEST(without_a_key),
		TEST(keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
