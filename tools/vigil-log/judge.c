// SPDX-License-Identifier: BSD-2-Clause
/* What can be said of a boot once it is over: what is missing from it, and whether it has an end.
 */
#include <inttypes.h>
#include <string.h>
#include "track.h"

#define RANGES 8

/* "5-7,9": the first ranges of numbers that are missing. */
static void list_gaps(const struct boot *b, char *out, size_t size)
{
	const struct gaps *g = &b->gaps;
	uint32_t last = g->next ? g->next - 1 : 0;
	size_t used = 0, count = 0;

	out[0] = '\0';
	for (size_t i = 0; i < g->count && count < RANGES && used < size; i++, count++)
		used += (size_t)snprintf(out + used, size - used,
					 g->gap[i].lo == g->gap[i].hi ? "%s%x" : "%s%x-%x",
					 count ? "," : "", g->gap[i].lo, g->gap[i].hi);
	if (b->stats && b->told_events > last && count < RANGES && used < size) {
		used += (size_t)snprintf(out + used, size - used, "%s%x-%" PRIx64, count ? "," : "",
					 last + 1, b->told_events);
	} else if (count < g->count && used < size) {
		snprintf(out + used, size - used, ",...");
	}
}

static void judge_numbers(struct tracker *t)
{
	struct boot *b = &t->boot;
	uint32_t last = b->gaps.next ? b->gaps.next - 1 : 0;
	uint64_t gone = gaps_total(&b->gaps, UINT32_MAX), dropped = b->told_dropped, lost;
	char list[256];

	if (b->stats && b->told_events > last)
		gone += b->told_events - last;
	if (dropped > gone) {
		/* Those that came with a number of one that was dropped are not the monitor's. */
		tracker_found(t, FORGED, dropped - gone, NULL,
			      "%" PRIu64 " record%s more than the monitor says it sent",
			      dropped - gone, plural(dropped - gone));
		dropped = gone;
	}
	list_gaps(b, list, sizeof(list));
	lost = gone - dropped;
	if (lost)
		tracker_found(t, MISSING, lost, NULL, "%" PRIu64 " record%s, of s=%s%s", lost,
			      plural(lost), list,
			      dropped ? ", beside those that were dropped" : "");
	if (dropped)
		tracker_found(t, DROPPED, dropped, NULL,
			      "%" PRIu64 " record%s, by the monitor's own count%s%s", dropped,
			      plural(dropped), lost ? "" : ", s=", lost ? "" : list);
}

static void judge_chain(struct tracker *t)
{
	struct boot *b = &t->boot;

	if (!t->chain || !b->has_nonce)
		return;
	b->lost_lines = chain_missing(t->chain);
	if (b->lost_lines)
		tracker_found(t, MISSING, b->lost_lines, NULL,
			      "%" PRIu64 " line%s, by the tags of those around them%s",
			      b->lost_lines, plural(b->lost_lines),
			      b->found[DAMAGE] ? "; damaged ones may be among them" : "");
	if (chain_exhausted(t->chain))
		warn("boot %u: some tags were not looked for to the end; --steps looks further",
		     b->index);
}

void judge_boot(struct tracker *t)
{
	struct boot *b = &t->boot;
	uint64_t missing = b->found[MISSING];

	judge_numbers(t);
	/* Counted once: a line that is missing and had a number. */
	if (t->chain && b->has_nonce && b->found[MISSING] > missing && chain_missing(t->chain)) {
		t->found_total[MISSING] -= b->found[MISSING] - missing;
		b->found[MISSING] = missing;
	}
	judge_chain(t);
	if (!b->header && !b->refused)
		tracker_found(t, TRUNCATED, 1, NULL, "the capture has no boot line for it");
	if (!b->over && !(b->stats && (b->stats_last || (b->off_call && !b->stats_timed))))
		tracker_found(t, TRUNCATED, 1, NULL,
			      "it has no end: no counters behind its last record, no halt, no off");
}
