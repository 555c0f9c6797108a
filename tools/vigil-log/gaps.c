// SPDX-License-Identifier: BSD-2-Clause
/*
 * The numbers of one boot that have not been seen, as ranges in order. Where nothing but numbers
 * is to go by, one that leaps ahead and is not followed must not make all others late: it is the
 * one that is out of place.
 */
#include <string.h>
#include "track.h"

static void insert(struct gaps *g, size_t at, uint32_t lo, uint32_t hi)
{
	if (g->count == g->room) {
		g->room = g->room ? g->room * 2 : 16;
		g->gap = grow(g->gap, g->room * sizeof(*g->gap));
	}
	memmove(&g->gap[at + 1], &g->gap[at], (g->count - at) * sizeof(*g->gap));
	g->gap[at] = (struct gap){lo, hi};
	g->count++;
}

/* The first gap that ends at this number or beyond. */
static size_t find(const struct gaps *g, uint32_t seq)
{
	size_t lo = 0, hi = g->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (g->gap[mid].hi < seq)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Take a number out of the gap that it is in. Returns false if it is in none. */
static bool fill(struct gaps *g, uint32_t seq)
{
	size_t i = find(g, seq);
	struct gap *gap;

	if (i == g->count || seq < g->gap[i].lo)
		return false;
	gap = &g->gap[i];
	if (gap->lo == gap->hi) {
		memmove(gap, gap + 1, (--g->count - i) * sizeof(*gap));
	} else if (seq == gap->lo) {
		gap->lo++;
	} else if (seq == gap->hi) {
		gap->hi--;
	} else {
		uint32_t hi = gap->hi;

		gap->hi = seq - 1;
		insert(g, i + 1, seq + 1, hi);
	}
	return true;
}

static enum order leap(struct gaps *g, uint32_t seq, uint64_t *missing)
{
	*missing = seq - g->next;
	insert(g, g->count, g->next, seq - 1);
	for (unsigned i = 0; i < g->earlies; i++)
		if (g->early[i] && g->early[i] < seq && fill(g, g->early[i])) {
			--*missing;
			g->early[i] = 0;
		}
	g->jump_from = g->next;
	g->next = seq + 1;
	return *missing ? AFTER_GAP : IN_ORDER;
}

enum order gaps_put(struct gaps *g, uint32_t seq, uint64_t *missing)
{
	uint32_t from = g->jump_from;

	*missing = 0;
	g->jump_from = 0;
	if (!g->next)
		g->next = 1;
	if (seq == g->next) {
		g->next++;
		return IN_ORDER;
	}
	if (seq > g->next)
		return leap(g, seq, missing);
	if (from && seq == from && g->count && g->gap[g->count - 1].lo == from &&
	    g->earlies < COUNT(g->early)) {
		/* The one before this has leapt, alone. */
		g->early[g->earlies++] = g->next - 1;
		g->count--;
		g->next = seq + 1;
		return TOO_LATE;
	}
	return fill(g, seq) ? TOO_LATE : TWICE;
}

uint64_t gaps_total(const struct gaps *g, uint32_t upto)
{
	uint64_t n = 0;

	for (size_t i = 0; i < g->count && g->gap[i].lo <= upto; i++)
		n += (uint64_t)(g->gap[i].hi < upto ? g->gap[i].hi : upto) - g->gap[i].lo + 1;
	return n;
}
