// SPDX-License-Identifier: BSD-2-Clause
/* SipHash-2-4 with 64 bits of output, and with 128 for the keys that follow one from another. */
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

static void begin(uint64_t v[4], const struct siphash_key *key)
{
	uint64_t k0 = load(key->byte, 8), k1 = load(key->byte + 8, 8);

	v[0] = k0 ^ 0x736f6d6570736575;
	v[1] = k1 ^ 0x646f72616e646f6d;
	v[2] = k0 ^ 0x6c7967656e657261;
	v[3] = k1 ^ 0x7465646279746573;
}

static uint64_t end(uint64_t v[4])
{
	rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t siphash(const struct siphash_key *key, const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t left = len;
	uint64_t v[4];

	begin(v, key);
	for (; left >= 8; left -= 8, p += 8)
		absorb(v, load(p, 8));
	absorb(v, load(p, left) | (uint64_t)len << 56);
	v[2] ^= 0xff;
	return end(v);
}

static struct siphash_key from_halves(uint64_t low, uint64_t high)
{
	struct siphash_key key;

	for (unsigned i = 0; i < 8; i++) {
		key.byte[i] = (uint8_t)(low >> i * 8);
		key.byte[8 + i] = (uint8_t)(high >> i * 8);
	}
	return key;
}

struct siphash_key siphash_next(const struct siphash_key *key)
{
	uint64_t v[4], low;

	begin(v, key);
	v[1] ^= 0xee;
	absorb(v, 0); /* no bytes, and their number */
	v[2] ^= 0xee;
	low = end(v);
	v[1] ^= 0xdd;
	return from_halves(low, end(v));
}

struct siphash_key siphash_boot(const struct siphash_key *given, uint64_t nonce)
{
	struct siphash_key one = siphash_next(given), two = siphash_next(&one);
	uint8_t text[8];

	for (unsigned i = 0; i < 8; i++)
		text[i] = (uint8_t)(nonce >> i * 8);
	return from_halves(siphash(&one, text, 8), siphash(&two, text, 8));
}
