/* SPDX-License-Identifier: BSD-2-Clause */
/* Boots: what is due, what came, and what that says. */
#ifndef TRACK_H
#define TRACK_H

#include "vlog.h"

/* chain.c: keys, line by line. */

struct chain;

struct chain *chain_new(const struct siphash_key *key, uint64_t steps);
void chain_free(struct chain *c);

/*
 * A boot line: if its tag is right, all starts anew; AUTH_REPLAY if its nonce was seen before.
 */
enum auth chain_boot(struct chain *c, const struct entry *e, uint64_t nonce);

/*
 * Any other line, which may be up to `ahead` lines on. `*skipped` is how many are missing before
 * it.
 */
enum auth chain_check(struct chain *c, const struct entry *e, uint64_t ahead, uint64_t *skipped);

/* Whether a line put together has a tag that is due about now. Changes nothing. */
bool chain_would(struct chain *c, const struct entry *e);
uint64_t chain_missing(const struct chain *c); /* of this boot, until now */
bool chain_exhausted(const struct chain *c);   /* some were not looked for to the end */

/* gaps.c: a boot's sequence numbers. */

struct gaps {
	struct gap {
		uint32_t lo, hi;
	} * gap;
	size_t count, room;
	uint32_t next;	    /* number */
	uint32_t jump_from; /* the number due when the last record came too early; or 0 */
	uint32_t early[16]; /* such as were passed over, for they stand alone */
	unsigned earlies;
};

enum order { IN_ORDER, AFTER_GAP, TOO_LATE, TWICE };

enum order gaps_put(struct gaps *g, uint32_t seq, uint64_t *missing);
uint64_t gaps_total(const struct gaps *g, uint32_t upto);

/* What is being read, by its name. */
const char *input_name(void);

/* track.c, judge.c */

enum finding {
	FORGED,
	REPLAYED,
	MISSING,
	DROPPED,
	REORDERED,
	DUPLICATE,
	DAMAGE,
	TRUNCATED,
	TIME_BACK,
	UNVERIFIED,
	REPAIR,
	FINDINGS
};

extern const char *const finding_names[FINDINGS];

struct boot {
	unsigned index;
	const char *file; /* and line, where it begins */
	uint64_t line;
	char *header; /* its line; NULL if the capture has none */
	char *policies;
	uint64_t hz, nonce;
	bool has_nonce, keyed, refused; /* `refused`: its line is there, and its tag not right */
	struct gaps gaps;
	uint64_t lines, records, events, tagged, verified;
	uint64_t first, last; /* times */
	uint64_t cpu_time[8];
	bool timed;
	bool stats, stats_last, stats_timed, off_call, over; /* `over`: a halt or off */
	bool halted; /* by a verdict; the operator may have it go on */
	uint64_t told_events, told_repeats, told_dropped, told_high;
	uint64_t lost_lines; /* by tag */
	uint64_t found[FINDINGS];
};

struct tracker {
	/* What is found; `e` is NULL for what is about a whole boot. */
	void (*found)(void *context, enum finding what, const struct boot *b, const struct entry *e,
		      const char *text);
	void (*sink)(void *context, struct entry *e, struct boot *b);
	void (*boot_end)(void *context, struct boot *b);
	void *context;
	struct chain *chain;	/* NULL without a key */
	struct boot boot;	/* the one at hand */
	bool has_boot, refused; /* a boot line, and no other line since */
	unsigned boots;
	uint64_t lines, tagged;
	uint64_t found_total[FINDINGS];
};

void track(void *tracker, struct entry *e); /* for struct scanner */
bool track_plausible(void *tracker, const struct entry *e);
bool track_tagged(void *tracker, const struct entry *e);
void track_end(struct tracker *t);
void judge_boot(struct tracker *t);
void tracker_found(struct tracker *t, enum finding what, uint64_t count, const struct entry *e,
		   const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#endif
