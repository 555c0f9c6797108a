// SPDX-License-Identifier: BSD-2-Clause
/*
 * A tag for each line of the log: SipHash-2-4 of it, by a key that is replaced at once by a hash
 * of its own. Who reads the monitor's memory later learns nothing of the keys before.
 *
 * It is written for few instructions. SipHash's state takes 8 of the 14 registers that there are,
 * and the rest is just enough for a word and its loop, in the order in which it stands here.
 */
#include "monitor.h"

/* What SipHash begins with by the next line's key: that, mixed with four constants. */
static u64 start[4];
bool tag_is_on;

/*
 * A round is four times: add, rotate, exclusive-or. The latter two are done by halves: for each
 * half that makes two instructions. The sum with v[1] then has its halves swapped.
 */
static inline u64 rounds(u64 v[4], u32 at, u64 with, u32 count)
{
	v[at] ^= with;
	for (u32 i = 0; i < 4 * count; i++) {
		u64 *a = &v[i % 2 * 2], *b = &v[((i + 1) & 2) + 1];
		u32 lo = (u32)*b, hi = (u32)(*b >> 32), n = "\15\20\25\21"[i % 4], m = 32 - n;

		*a += *b;
		*b = *a ^ lo << n ^ hi >> m ^ (u64)(hi << n) << 32 ^ (u64)(lo >> m) << 32;
		*a = b == &v[1] ? *a << 32 | *a >> 32 : *a;
	}
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void siphash_key(u64 low, u64 high)
{
	/* volatile: to read one takes less than to make it of four times 16 bits. */
	static const volatile u64 mixed[4] = {0x736f6d6570736575, 0x646f72616e646f6d,
					      0x6c7967656e657261, 0x7465646279746573};

	for (u32 i = 0; i < 4; i++)
		start[i] = (i % 2 ? high : low) ^ mixed[i];
}

u64 siphash_once(const u64 *word, const u64 *last)
{
	u64 v[4] = {start[0], start[1], start[2], start[3]}, tag;

	do {
		rounds(v, 3, *word, 2);
		v[0] ^= *word;
	} while (word++ != last);
	tag = rounds(v, 2, 0xff, 4);

	/* The next key: 128 bits, of no text. To read `start` again is cheaper than to keep it. */
	__asm__ volatile("" ::: "memory");
	u64 w[4] = {start[0], start[1], start[2], start[3]}, low;

	rounds(w, 1, 0xee, 2);
	low = rounds(w, 2, 0xee, 4);
	siphash_key(low, rounds(w, 1, 0xdd, 4));
	return tag;
}

u64 tag_start(const void *first, const u64 *seed, size_t size)
{
	u64 low, text[2] = {0, 8ull << 56};

	memcpy(start, first, sizeof(text));
	siphash_key(start[0], start[1]);
	text[0] = siphash_once(seed, &seed[size / 8]) + counter();
	low = siphash_once(text, &text[1]);
	siphash_key(low, siphash_once(text, &text[1]));
	tag_is_on = true;
	return text[0];
}

size_t tag_line(char *text, size_t len, size_t size)
{
	len = MIN(len, size - sizeof(" mac=0123456789abcdef\r\n"));
	char *p = text + len;

	if (tag_is_on) {
		/* Padded as siphash_once() wants it. Built in: a call takes longer than this. */
		__builtin_memset(p, 0, 7);
		text[len | 7] = (char)len;
		u64 tag = siphash_once((u64 *)text, (u64 *)text + len / 8);

		for (u32 i = 5; i < 21; i++, tag <<= 4)
			p[i] = "0123456789abcdef"[tag >> 60];
		p = (char *)__builtin_memcpy(p, " mac=", 5) + 21;
	}
	return (size_t)((char *)__builtin_memcpy(p, "\r\n", 3) + 2 - text);
}
