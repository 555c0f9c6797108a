/* SPDX-License-Identifier: BSD-2-Clause */
/* What summary and report count. */
#ifndef TALLY_H
#define TALLY_H

#include "command.h"

struct item {
	char *name;
	uint64_t events, denied;
};

struct table {
	struct item *slot;
	size_t size, count;
};

enum { BY_POLICY, BY_PROCESS, BY_ADDRESS, BY_CALL, BY_REGISTER, BY_PLACE, TABLES };

extern const char *const table_titles[TABLES];

/* An event, for what is counted over time. */
struct point {
	uint64_t usec;
	uint32_t n;
	unsigned boot;
	uint8_t cpu, kind, denied;
};

struct tally {
	struct table table[TABLES];
	uint64_t kinds[KINDS][OUTS]; /* by what enforcing does, or would do */
	uint64_t would;		     /* of those, how many only would have been */
	uint64_t records, events;
	struct point *points;
	size_t point_count, point_room;
	struct boot *boots;
	size_t boot_count;
};

extern struct tally tally;

void tally_entry(const struct options *o, struct entry *e, const struct boot *b);
void tally_boot(const struct options *o, const struct boot *b);

/* The items with the most events first, `*count` of them. */
struct item *table_sorted(const struct table *t, size_t *count);

/* The most events that fell into one second of this boot. */
uint64_t tally_peak(unsigned boot);
void tally_free(void);

void timeline_draw(const struct boot *b);

#endif
