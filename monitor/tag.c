// SPDX-License-Identifier: BSD-2-Clause
/*
 * A tag for each line of the log: SipHash-2-4 of it, by a key that is replaced at once by two
 * hashes of its own. Who reads the monitor's memory later learns nothing of the keys before.
 */
#include "monitor.h"

static u64 key[2];
bool tag_is_on;

/* Rotated, and mixed with another: exclusive-or for both takes the fewest instructions. */
static inline u64 mix(u64 x, u32 by, u64 with)
{
	return with ^ (x << by) ^ (x >> (64 - by));
}

u64 siphash(const u64 k[2], const void *data, size_t len)
{
	u64 v[4] = {k[0] ^ 0x736f6d6570736575, k[1] ^ 0x646f72616e646f6d, k[0] ^ 0x6c7967656e657261,
		    k[1] ^ 0x7465646279746573};
	const u64 *word = data;
	u64 tail = (word[len / 8] & (BITLL(len % 8 * 8) - 1)) | (u64)len << 56;

	/* The words; the rest with the length; and twice 0 for the four rounds of the end. */
	for (u32 left = len / 8 + 3; left; left--) {
		u64 m = left > 3 ? *word++ : left == 3 ? tail : 0;

		v[2] ^= left == 2 ? 0xff : 0;
		v[3] ^= m;
		for (u32 round = 0; round < 2; round++) {
			v[0] += v[1];
			v[2] += v[3];
			v[1] = mix(v[1], 13, v[0]);
			v[3] = mix(v[3], 16, v[2]);
			v[0] = mix(v[0], 32, 0) + v[3];
			v[2] += v[1];
			v[3] = mix(v[3], 21, v[0]);
			v[1] = mix(v[1], 17, v[2]);
			v[2] = mix(v[2], 32, 0);
		}
		v[0] ^= m;
	}
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void step(u64 with)
{
	u64 text[2] = {with}, next[2];

	for (; text[1] < 2; text[1]++)
		next[text[1]] = siphash(key, text, 9);
	memcpy(key, next, sizeof(key));
}

u64 tag_start(const void *first, const void *seed, size_t size)
{
	u64 nonce;

	memcpy(key, first, sizeof(key));
	nonce = siphash(key, seed, size) + counter();
	step(nonce);
	tag_is_on = true;
	return nonce;
}

size_t tag_line(char *text, size_t len, size_t size)
{
	if (tag_is_on) {
		len += format(text + len, size - len, " mac=%016llx", siphash(key, text, len));
		step(0);
	}
	return len + format(text + len, size - len, "\r\n");
}
