// SPDX-License-Identifier: BSD-2-Clause
/* Counts, as a page of text or as one JSON object. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "tally.h"

static double seconds(const struct boot *b)
{
	return (double)(b->last > b->first ? b->last - b->first : 0) / 1e6;
}

static void print_boot(const struct boot *b)
{
	double s = seconds(b);
	uint64_t repeats = b->events - b->records;

	printf("boot %u: %" PRIu64 " records of %" PRIu64 " events in %.3f s", b->index, b->records,
	       b->events, s);
	if (s > 0)
		printf(", %.1f/s, at most %" PRIu64 " in a second", (double)b->events / s,
		       tally_peak(b->index));
	printf("\n        lost: %" PRIu64 " dropped by the monitor, %" PRIu64 " missing, %" PRIu64
	       " damaged; %" PRIu64 " repaired\n",
	       b->found[DROPPED], b->found[MISSING], b->found[DAMAGE], b->found[REPAIR]);
	if (b->stats)
		printf("        repeats: %" PRIu64 " of %" PRIu64 " told; fullest ring: %" PRIu64
		       " of 512\n",
		       repeats, b->told_repeats, b->told_high);
	if (b->found[FORGED] + b->found[REPLAYED] + b->found[DUPLICATE] + b->found[REORDERED])
		printf("        left out or doubtful: %" PRIu64 " forged, %" PRIu64
		       " replayed, %" PRIu64 " duplicate, %" PRIu64 " reordered\n",
		       b->found[FORGED], b->found[REPLAYED], b->found[DUPLICATE],
		       b->found[REORDERED]);
}

static void print_kinds(void)
{
	printf("\n%-10s%12s%12s%12s%12s\n", "kind", "allow", "deny", "kill", "halt");
	for (int k = 0; k < KINDS; k++) {
		uint64_t sum = 0;

		for (int v = 0; v < OUTS; v++)
			sum += tally.kinds[k][v];
		if (!sum)
			continue;
		printf("%-10s", kind_names[k]);
		for (int v = 0; v < OUTS; v++)
			printf("%12" PRIu64, tally.kinds[k][v]);
		putchar('\n');
	}
	if (tally.would)
		printf("%" PRIu64 " of them in a dry run: allowed, and told what would have been\n",
		       tally.would);
}

static void print_table(const struct options *o, int which)
{
	size_t n;
	struct item *items = table_sorted(&tally.table[which], &n);

	if (n) {
		printf("\n%12s%12s  %s", "events", "denied", table_titles[which]);
		if (n > o->top)
			printf(" (the first %u of %zu)", o->top, n);
		putchar('\n');
	}
	for (size_t i = 0; i < n && i < o->top; i++)
		printf("%12" PRIu64 "%12" PRIu64 "  %s\n", items[i].events, items[i].denied,
		       items[i].name);
	free(items);
}

static void json_boots(void)
{
	printf("\"boots\":[");
	for (size_t i = 0; i < tally.boot_count; i++) {
		const struct boot *b = &tally.boots[i];

		printf("%s{\"boot\":%u,\"records\":%" PRIu64 ",\"events\":%" PRIu64
		       ",\"first\":%.6f,\"last\":%.6f,\"peak\":%" PRIu64 ",\"found\":{",
		       i ? "," : "", b->index, b->records, b->events, (double)b->first / 1e6,
		       (double)b->last / 1e6, tally_peak(b->index));
		for (int f = 0; f < FINDINGS; f++)
			printf("%s\"%s\":%" PRIu64, f ? "," : "", finding_names[f], b->found[f]);
		printf("}}");
	}
	printf("]");
}

static void json_tables(const struct options *o)
{
	for (int t = 0; t < TABLES; t++) {
		size_t n;
		struct item *items = table_sorted(&tally.table[t], &n);

		printf(",\"%s\":[", table_titles[t]);
		for (size_t i = 0; i < n && i < o->top; i++) {
			printf("%s{\"name\":", i ? "," : "");
			json_string(items[i].name, strlen(items[i].name));
			printf(",\"events\":%" PRIu64 ",\"denied\":%" PRIu64 "}", items[i].events,
			       items[i].denied);
		}
		printf("]");
		free(items);
	}
}

static void json_summary(const struct options *o)
{
	printf("{");
	json_boots();
	printf(",\"records\":%" PRIu64 ",\"events\":%" PRIu64 ",\"kinds\":{", tally.records,
	       tally.events);
	for (int k = 0; k < KINDS; k++) {
		printf("%s\"%s\":{", k ? "," : "", kind_names[k]);
		for (int v = 0; v < OUTS; v++)
			printf("%s\"%s\":%" PRIu64, v ? "," : "", outcome_names[v],
			       tally.kinds[k][v]);
		printf("}");
	}
	printf("}");
	json_tables(o);
	printf("}\n");
}

static int summary_end(const struct options *o, const struct tracker *t)
{
	if (!t->lines)
		return EXIT_NO_LOG;
	if (o->format == FORMAT_JSON) {
		json_summary(o);
	} else {
		for (size_t i = 0; i < tally.boot_count; i++)
			print_boot(&tally.boots[i]);
		print_kinds();
		for (int i = 0; i < TABLES; i++)
			print_table(o, i);
	}
	tally_free();
	return EXIT_OK;
}

const struct output summary_output = {
	.entry = tally_entry, .boot_end = tally_boot, .end = summary_end};
