/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines' tags: SipHash-2-4 by its published vectors, and the keys' way. */
#include "fake_arch.h"
#include "monitor.h"

static const u64 first[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

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
	u8 bytes[64] __aligned(8);

	(void)state;
	for (u32 i = 0; i < sizeof(bytes); i++)
		bytes[i] = (u8)i;
	for (u32 i = 0; i < ARRAY_SIZE(known); i++)
		assert_hex(siphash(first, bytes, known[i].len), known[i].hash);
}

static void without_a_key(void **state)
{
	char text[32] __aligned(8) = "@vigil x";

	(void)state;
	assert_int_equal(tag_line(text, 8, sizeof(text)), 10);
	assert_string_equal(text, "@vigil x\r\n");
}

/* Key 1 is of the first and the nonce, each other of the one before. */
static void keys(void **state)
{
	u64 key[2], next[2], nonce;
	u8 message[16] __aligned(8) = {0};
	char text[64] __aligned(8), want[64], seed[8] __aligned(8) = "seed";

	(void)state;
	fake.counter = 0x1234;
	fake.step = 0;
	nonce = tag_start(first, seed, 4);
	assert_hex(nonce, siphash(first, seed, 4) + 0x1234);
	assert_true(tag_is_on);
	memcpy(key, first, sizeof(key));
	memcpy(message, &nonce, sizeof(nonce));
	for (u32 line = 0; line < 5; line++) {
		for (u32 half = 0; half < 2; half++) {
			message[8] = (u8)half;
			next[half] = siphash(key, message, 9);
		}
		memcpy(key, next, sizeof(key));
		memset(message, 0, sizeof(message));
		strcpy(text, "@vigil line");
		snprintf(want, sizeof(want), "@vigil line mac=%016llx\r\n",
			 (unsigned long long)siphash(key, text, 11));
		assert_int_equal(tag_line(text, 11, sizeof(text)), strlen(want));
		assert_string_equal(text, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(vectors),
		TEST(without_a_key),
		TEST(keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
