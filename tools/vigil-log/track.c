// SPDX-License-Identifier: BSD-2-Clause
/* Lines into boots: what each one's tag, number and time say about it. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "track.h"

const char *const finding_names[FINDINGS] = {
	"forged",  "replay",	"missing", "dropped",	 "reordered", "duplicate",
	"damaged", "truncated", "time",	   "unverified", "repaired",
};

void tracker_found(struct tracker *t, enum finding what, uint64_t count, const struct entry *e,
		   const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	t->found_total[what] += count;
	t->boot.found[what] += count;
	if (t->found)
		t->found(t->context, what, t->has_boot ? &t->boot : NULL, e, text);
}

bool track_plausible(void *tracker, const struct entry *e)
{
	const struct tracker *t = tracker;
	const char *list = t->has_boot ? t->boot.policies : NULL;

	return !list || span_is(e->by, "vigil") || in_list(list, strlen(list), e->by);
}

bool track_tagged(void *tracker, const struct entry *e)
{
	struct tracker *t = tracker;

	return t->chain && track_plausible(t, e) && chain_would(t->chain, e);
}

static void end_boot(struct tracker *t)
{
	struct boot *b = &t->boot;

	if (!t->has_boot)
		return;
	judge_boot(t);
	if (t->boot_end)
		t->boot_end(t->context, b);
	free(b->header);
	free(b->policies);
	free(b->gaps.gap);
	memset(b, 0, sizeof(*b));
	t->has_boot = false;
}

static char *copy(const char *p, size_t len)
{
	char *s = memcpy(grow(NULL, len + 1), p, len);

	s[len] = '\0';
	return s;
}

static void begin_boot(struct tracker *t, const struct entry *e)
{
	struct boot *b = &t->boot;

	end_boot(t);
	t->has_boot = true;
	b->index = ++t->boots;
	b->file = input_name();
	b->line = e->line;
	b->refused = t->refused;
	t->refused = false;
	if (e->type == LINE_BOOT) {
		struct span policies = field(e, "policies"), nonce = field(e, "nonce");

		b->header = copy(e->text, e->len);
		if (policies.len >= 0 && e->state == WHOLE)
			b->policies = copy(policies.p, (size_t)policies.len);
		b->has_nonce = nonce.len == 16 && parse_hex(nonce.p, 16, &b->nonce);
		b->hz = field_number(e, "hz", 10, 0);
		b->keyed = HAS(e, K_MAC) && b->has_nonce;
	}
}

/* Whether the line belongs to the boot at hand; false for what is not the monitor's. */
static bool check_tag(struct tracker *t, struct entry *e)
{
	static const char *const why[AUTHS] = {
		[AUTH_REPLAY] = "a line that was there before",
		[AUTH_FORGED] = "the tag is not right",
	};
	struct boot *b = &t->boot;
	uint64_t skipped = 0, ahead = 65536;

	/* What has a number says itself how far on it may be; other lines come between records. */
	if (e->type == LINE_RECORD || e->type == LINE_STATS) {
		uint64_t number =
			e->type == LINE_RECORD ? e->seq : field_number(e, "events", 10, 0);

		ahead = 2048 + (number > b->gaps.next ? (number - b->gaps.next) * 2 : 0);
	}
	e->auth = chain_check(t->chain, e, ahead, &skipped);
	if (e->auth == AUTH_UNKNOWN) {
		if (b->found[UNVERIFIED])
			b->found[UNVERIFIED]++, t->found_total[UNVERIFIED]++;
		else
			tracker_found(t, UNVERIFIED, 1, e, "%s: tags cannot be checked",
				      b->refused ? "the boot line before it was refused"
						 : "no boot line before it");
		return true;
	}
	if (e->auth == AUTH_FORGED && e->state == REPAIRED) {
		/* Put together in a wrong way, or nothing that ever was whole. */
		e->state = DAMAGED;
		tracker_found(t, DAMAGE, 1, e, "something stands in its midst");
		return false;
	}
	if (e->auth == AUTH_FORGED && !HAS(e, K_MAC))
		tracker_found(t, FORGED, 1, e, "a line without a tag");
	else if (e->auth == AUTH_FORGED || e->auth == AUTH_REPLAY)
		tracker_found(t, e->auth == AUTH_FORGED ? FORGED : REPLAYED, 1, e, "%s",
			      why[e->auth]);
	if (e->auth == AUTH_LATE)
		tracker_found(t, REORDERED, 1, e, "it comes after lines that were sent later");
	b->verified += e->auth == AUTH_OK || e->auth == AUTH_LATE;
	return e->auth == AUTH_OK || e->auth == AUTH_LATE;
}

/* Without the key: where the boot's line has a tag, all have. */
static bool untagged(struct tracker *t, struct entry *e)
{
	e->auth = AUTH_FORGED;
	tracker_found(t, FORGED, 1, e, "a line without a tag, in a boot whose lines have one");
	return false;
}

static void check_number(struct tracker *t, struct entry *e)
{
	struct boot *b = &t->boot;
	enum order order = gaps_put(&b->gaps, e->seq, &e->gap);

	b->records += order != TWICE;
	if (order == TWICE) {
		e->untimely = true;
		tracker_found(t, DUPLICATE, 1, e, "s=%x was there before%s", e->seq,
			      t->chain ? "" : ": one of the two may be the guest's");
	} else if (order == TOO_LATE && e->auth != AUTH_LATE) {
		e->untimely = true;
		tracker_found(t, REORDERED, 1, e, "s=%x comes after a higher number%s", e->seq,
			      t->chain ? "" : ": one of the two may be the guest's");
	}
}

static void check_time(struct tracker *t, const struct entry *e)
{
	struct boot *b = &t->boot;

	if (!b->timed || b->first > e->usec)
		b->first = e->usec;
	b->timed = true;
	if (b->last < e->usec)
		b->last = e->usec;
	if (e->type != LINE_RECORD || e->untimely || e->auth == AUTH_LATE)
		return;
	if (e->usec < b->cpu_time[e->cpu])
		tracker_found(t, TIME_BACK, 1, e,
			      "its time is before that of CPU %u's record before it", e->cpu);
	else
		b->cpu_time[e->cpu] = e->usec;
}

static void take_stats(struct boot *b, const struct entry *e)
{
	uint64_t events = field_number(e, "events", 10, 0);

	if (b->stats && events < b->told_events)
		return;
	b->stats = true;
	/* With a time, it may only show that the log goes on: the last one says so. */
	b->stats_timed = HAS(e, K_T);
	b->stats_last = !b->stats_timed;
	b->over |= field_number(e, "end", 10, 0) == 1;
	b->told_events = events;
	b->told_repeats = field_number(e, "repeats", 10, 0);
	b->told_dropped = field_number(e, "dropped", 10, 0);
	b->told_high = field_number(e, "high", 10, 0);
}

static void take_record(struct tracker *t, struct entry *e)
{
	struct boot *b = &t->boot;

	check_number(t, e);
	check_time(t, e);
	b->events += e->n;
	b->stats_last = false;
	/* SYSTEM_OFF or SYSTEM_RESET: the log is flushed next. */
	if (e->kind == KIND_CALL && (e->nr & ~1u) == 0x84000008)
		b->off_call = true;
}

static void take(struct tracker *t, struct entry *e)
{
	struct boot *b = &t->boot;

	b->lines++;
	if (e->type == LINE_RECORD)
		take_record(t, e);
	else if (HAS(e, K_T))
		check_time(t, e);
	if (e->type == LINE_STATS)
		take_stats(b, e);
	if (e->type == LINE_HALT || e->type == LINE_OFF)
		b->over = true;
	if (e->type == LINE_HALT)
		b->halted = true;
	/* The operator may have flushed the log, or ended a halt: it goes on. */
	if (e->type == LINE_STATE && span_is(field(e, "guest"), "running"))
		b->halted = false;
	if (e->type >= LINE_OPERATOR && e->type <= LINE_COUNT)
		b->over = b->halted;
}

/* Returns false if it is no boot of ours. */
static bool take_boot(struct tracker *t, struct entry *e)
{
	struct span nonce = field(e, "nonce");
	uint64_t value = 0;

	if (t->chain) {
		bool keyed = HAS(e, K_MAC) && nonce.len == 16 && parse_hex(nonce.p, 16, &value);

		e->auth = keyed ? chain_boot(t->chain, e, value) : AUTH_FORGED;
		if (e->auth != AUTH_OK) {
			tracker_found(t, e->auth == AUTH_REPLAY ? REPLAYED : FORGED, 1, e, "%s",
				      e->auth == AUTH_REPLAY ? "a boot that was there before"
				      : keyed ? "a boot line whose tag is not right: is it another "
						"board's key?"
					      : "a boot line without nonce and tag");
			t->refused = !t->has_boot;
			return false;
		}
	}
	begin_boot(t, e);
	t->boot.verified += e->auth == AUTH_OK;
	return true;
}

static void damaged(struct tracker *t, struct entry *e)
{
	/* Its number, where all of it can be read, is not missing. */
	if (e->type == LINE_RECORD && HAS(e, K_S) && strstr(e->text, " t=") && !t->chain)
		check_number(t, e);
	t->boot.stats_last = false;
	tracker_found(t, DAMAGE, 1, e, "%s",
		      e->cut ? "the capture ends in it" : "not as the monitor sent it");
}

void track(void *tracker, struct entry *e)
{
	struct tracker *t = tracker;
	bool good = true;

	t->lines++;
	t->tagged += HAS(e, K_MAC) != 0;
	if (e->type == LINE_BOOT && (!t->chain || e->state == WHOLE))
		good = take_boot(t, e);
	else if (!t->has_boot)
		begin_boot(t, e);
	t->boot.tagged += HAS(e, K_MAC) != 0;
	e->boot = t->boot.index;
	if (e->state == DAMAGED)
		damaged(t, e);
	else if (t->chain && e->type != LINE_BOOT)
		good = check_tag(t, e);
	else if (!t->chain && t->boot.keyed && !HAS(e, K_MAC))
		good = untagged(t, e);
	if (e->state == REPAIRED)
		tracker_found(t, REPAIR, 1, e, "something stood in its midst");
	if (good && e->state != DAMAGED)
		take(t, e);
	if (t->sink)
		t->sink(t->context, e, &t->boot);
}

void track_end(struct tracker *t)
{
	end_boot(t);
}
