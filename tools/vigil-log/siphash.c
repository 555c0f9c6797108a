// SPDX-License-Identifier: BSD-2-Clause
/* SipHash-2-4 with 64 bits of output, and the keys that follow one from another. */
#include "vlog.h"

static uint64_t load(const uint8_t *p, size_t len)
{
	uint64_t v = 0;

	while (len--)
		v = v << 8 | p[len];
	return v;
}

static uint64_t rotate(uint64_t v, unsigned by)
{
	return v << by | v >> (64 - by);
}

static void rounds(uint64_t v[4], unsigned n)
{
	while (n--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

static void absorb(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	rounds(v, 2);
	v[0] ^= word;
}

uint64_t siphash(const struct siphash_key *key, const void *data, size_t len)
{
	uint64_t k0 = load(key->byte, 8), k1 = load(key->byte + 8, 8);
	uint64_t v[4] = {k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261,
			 k1 ^ 0x7465646279746573};
	const uint8_t *p = data;
	size_t left = len;

	for (; left >= 8; left -= 8, p += 8)
		absorb(v, load(p, 8));
	absorb(v, load(p, left) | (uint64_t)len << 56);
	v[2] ^= 0xff;
	rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct siphash_key siphash_step(const struct siphash_key *key, uint64_t x)
{
	struct siphash_key next;
	uint8_t message[9];

	for (unsigned i = 0; i < 8; i++)
		message[i] = (uint8_t)(x >> i * 8);
	for (unsigned half = 0; half < 2; half++) {
		uint64_t v;

		message[8] = (uint8_t)half;
		v = siphash(key, message, sizeof(message));
		for (unsigned i = 0; i < 8; i++)
			next.byte[half * 8 + i] = (uint8_t)(v >> i * 8);
	}
	return next;
}
