// SPDX-License-Identifier: BSD-2-Clause
/*
 * Each line of a boot is tagged with a key of its own, made of the one before. Who does not have
 * the first key cannot make a tag; who has seen one used cannot use it again unnoticed.
 */
#include <stdlib.h>
#include <string.h>
#include "track.h"

/* Looked for so far ahead at each line, whatever it costs. */
#define NEAR 1024u

struct used {
	struct siphash_key key;
	uint64_t mac;
	bool taken;
};

struct chain {
	struct siphash_key first, next;
	bool started, exhausted;
	uint64_t steps; /* that are left for looking further ahead than NEAR */
	struct siphash_key *missed;
	size_t missed_count, missed_room;
	struct used *used; /* a hash table by tag; size a power of two */
	size_t used_count, used_size;
	uint64_t *nonces;
	size_t nonce_count;
};

struct chain *chain_new(const struct siphash_key *key, uint64_t steps)
{
	struct chain *c = grow(NULL, sizeof(*c));

	memset(c, 0, sizeof(*c));
	c->first = *key;
	c->steps = steps;
	return c;
}

void chain_free(struct chain *c)
{
	if (!c)
		return;
	free(c->missed);
	free(c->used);
	free(c->nonces);
	free(c);
}

static bool right(const struct entry *e, const struct siphash_key *key)
{
	/* From the mark to the space before mac=, which has 16 digits. */
	size_t tail = strlen(" mac=") + 16;

	return e->len > tail && siphash(key, e->text, e->len - tail) == e->mac;
}

static struct used *slot_of(struct used *table, size_t size, uint64_t mac, const struct entry *e)
{
	size_t i = mac & (size - 1);

	while (table[i].taken && (table[i].mac != mac || (e && !right(e, &table[i].key))))
		i = (i + 1) & (size - 1);
	return &table[i];
}

static void remember(struct chain *c, uint64_t mac, const struct siphash_key *key)
{
	if (c->used_count * 2 >= c->used_size) {
		size_t size = c->used_size ? c->used_size * 2 : 1024;
		struct used *table = grow(NULL, size * sizeof(*table));

		memset(table, 0, size * sizeof(*table));
		for (size_t i = 0; i < c->used_size; i++) {
			size_t at = c->used[i].mac & (size - 1);

			if (!c->used[i].taken)
				continue;
			while (table[at].taken)
				at = (at + 1) & (size - 1);
			table[at] = c->used[i];
		}
		free(c->used);
		c->used = table;
		c->used_size = size;
	}
	for (size_t i = mac & (c->used_size - 1);; i = (i + 1) & (c->used_size - 1)) {
		if (c->used[i].taken)
			continue;
		c->used[i] = (struct used){*key, mac, true};
		c->used_count++;
		return;
	}
}

static void miss(struct chain *c, const struct siphash_key *key)
{
	if (c->missed_count == c->missed_room) {
		c->missed_room = c->missed_room ? c->missed_room * 2 : 64;
		c->missed = grow(c->missed, c->missed_room * sizeof(*c->missed));
	}
	c->missed[c->missed_count++] = *key;
}

enum auth chain_boot(struct chain *c, const struct entry *e, uint64_t nonce)
{
	struct siphash_key key = siphash_boot(&c->first, nonce);

	if (!HAS(e, K_MAC) || !right(e, &key))
		return AUTH_FORGED;
	for (size_t i = 0; i < c->nonce_count; i++)
		if (c->nonces[i] == nonce)
			return AUTH_REPLAY;
	c->nonces = grow(c->nonces, (c->nonce_count + 1) * sizeof(*c->nonces));
	c->nonces[c->nonce_count++] = nonce;
	c->started = true;
	c->missed_count = 0;
	remember(c, e->mac, &key);
	c->next = siphash_next(&key);
	return AUTH_OK;
}

/* One that was missing, the latest first. */
static bool fill(struct chain *c, const struct entry *e)
{
	for (size_t n = 0; n < c->missed_count; n++) {
		size_t i = c->missed_count - 1 - n;

		if (n >= NEAR && !c->steps)
			return false;
		c->steps -= n >= NEAR;
		if (!right(e, &c->missed[i]))
			continue;
		remember(c, e->mac, &c->missed[i]);
		memmove(&c->missed[i], &c->missed[i + 1], n * sizeof(*c->missed));
		c->missed_count--;
		return true;
	}
	return false;
}

/* Take the keys from the one that is due to the one that is right. */
static bool find(struct chain *c, const struct entry *e, uint64_t ahead, uint64_t *skipped)
{
	struct siphash_key key = c->next;
	uint64_t n = 0;

	while (!right(e, &key)) {
		if (n >= NEAR && (n >= ahead || !c->steps)) {
			c->exhausted |= n < ahead;
			return false;
		}
		c->steps -= n >= NEAR;
		key = siphash_next(&key);
		n++;
	}
	*skipped = n;
	return true;
}

enum auth chain_check(struct chain *c, const struct entry *e, uint64_t ahead, uint64_t *skipped)
{
	*skipped = 0;
	if (!HAS(e, K_MAC))
		return AUTH_FORGED;
	if (c->started && right(e, &c->next)) {
		remember(c, e->mac, &c->next);
		c->next = siphash_next(&c->next);
		return AUTH_OK;
	}
	if (c->used_size && slot_of(c->used, c->used_size, e->mac, e)->taken)
		return AUTH_REPLAY;
	if (!c->started)
		return AUTH_UNKNOWN;
	if (fill(c, e))
		return AUTH_LATE;
	if (!find(c, e, ahead, skipped))
		return AUTH_FORGED;
	for (uint64_t n = *skipped; n; n--) {
		miss(c, &c->next);
		c->next = siphash_next(&c->next);
	}
	remember(c, e->mac, &c->next);
	c->next = siphash_next(&c->next);
	return AUTH_OK;
}

bool chain_would(struct chain *c, const struct entry *e)
{
	struct siphash_key key = c->next;

	for (unsigned n = 0; c->started && HAS(e, K_MAC) && n < 4; n++) {
		if (right(e, &key))
			return true;
		key = siphash_next(&key);
	}
	return false;
}

uint64_t chain_missing(const struct chain *c)
{
	return c->missed_count;
}

bool chain_exhausted(const struct chain *c)
{
	return c->exhausted;
}
