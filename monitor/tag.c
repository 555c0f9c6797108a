// SPDX-License-Identifier: BSD-2-Clause
/*
 * A tag for each line of the log: SipHash-2-4 of it, by a key that is replaced at once by a hash
 * of its own. Who reads the monitor's memory later learns nothing of the keys before.
 *
 * It is written for few instructions. SipHash's state takes 8 of the 14 registers that there are,
 * and the rest is just enough for a word and its loop, in the order in which it stands here.
 */
#include "monitor.h"

u64 siphash_key[2];
bool tag_is_on;

/* Rotated, and mixed with another, by halves: that makes two instructions for each. */
static inline u64 mix(u64 x, u32 by, u64 with)
{
	u32 lo = (u32)x, hi = (u32)(x >> 32), rest = 32 - by;

	return with ^ lo << by ^ hi >> rest ^ (u64)(hi << by) << 32 ^ (u64)(lo >> rest) << 32;
}

static inline u64 rounds(u64 v[4], u32 count)
{
	while (count--) {
		v[0] += v[1];
		v[1] = mix(v[1], 13, v[0]);
		v[2] += v[3];
		v[3] = mix(v[3], 16, v[2]);
		v[0] = (v[0] << 32 | v[0] >> 32) + v[3];
		v[3] = mix(v[3], 21, v[0]);
		v[2] += v[1];
		v[1] = mix(v[1], 17, v[2]);
		v[2] = v[2] << 32 | v[2] >> 32;
	}
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static inline void begin(u64 v[4])
{
	/* Not const: to read one takes less than to make it of four times 16 bits. */
	static u64 mixed[4] __section(".data") = {0x736f6d6570736575, 0x646f72616e646f6d,
						  0x6c7967656e657261, 0x7465646279746573};

	for (u32 i = 0; i < 4; i++)
		v[i] = siphash_key[i % 2] ^ mixed[i];
}

/* 128 bits, of no text. Apart, for all of the registers are the hash's. */
static void __noinline next_key(void)
{
	u64 v[4];

	begin(v);
	v[1] ^= 0xee;
	rounds(v, 2);
	v[2] ^= 0xee;
	siphash_key[0] = rounds(v, 4);
	v[1] ^= 0xdd;
	siphash_key[1] = rounds(v, 4);
}

u64 siphash_once(const u64 *word, const u64 *last)
{
	u64 v[4], m, tag;

	begin(v);
	do {
		m = *word;
		v[3] ^= m;
		rounds(v, 2);
		v[0] ^= m;
	} while (word++ != last);
	v[2] ^= 0xff;
	tag = rounds(v, 4);

	next_key();
	return tag;
}

u64 tag_start(const void *first, const u64 *seed, size_t size)
{
	u64 low, text[2] = {0, 8ull << 56};

	memcpy(siphash_key, first, sizeof(siphash_key));
	text[0] = siphash_once(seed, &seed[size / 8]) + counter();
	low = siphash_once(text, &text[1]);
	siphash_key[1] = siphash_once(text, &text[1]);
	siphash_key[0] = low;
	tag_is_on = true;
	return text[0];
}

size_t tag_line(char *text, size_t len)
{
	char *p = text + len;
	u64 tag;

	if (tag_is_on) {
		/* Padded as siphash_once() wants it. Built in: a call takes longer than this. */
		__builtin_memset(p, 0, 7);
		text[len | 7] = (char)len;
		tag = siphash_once((u64 *)text, (u64 *)text + len / 8);
		p = (char *)__builtin_memcpy(p, " mac=", 5) + 5;
		for (u32 i = 0; i < 16; i++)
			*p++ = "0123456789abcdef"[tag >> (60 - 4 * i) & 15];
	}
	__builtin_memcpy(p, "\r\n", 3);
	return (size_t)(p + 2 - text);
}
