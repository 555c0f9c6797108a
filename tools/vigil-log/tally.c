// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "tally.h"

struct tally tally;

const char *const table_titles[TABLES] = {"policy", "process",	"address",
					  "call",   "register", "place"};

static size_t hash(const char *name)
{
	size_t h = 5381;

	while (*name)
		h = h * 33 ^ (unsigned char)*name++;
	return h;
}

static struct item *slot_of(const struct table *t, const char *name)
{
	size_t i = hash(name) & (t->size - 1);

	while (t->slot[i].name && strcmp(t->slot[i].name, name))
		i = (i + 1) & (t->size - 1);
	return &t->slot[i];
}

static void enlarge(struct table *t)
{
	struct table bigger = {.size = t->size ? t->size * 2 : 64, .count = t->count};

	bigger.slot = grow(NULL, bigger.size * sizeof(*bigger.slot));
	memset(bigger.slot, 0, bigger.size * sizeof(*bigger.slot));
	for (size_t i = 0; i < t->size; i++)
		if (t->slot[i].name)
			*slot_of(&bigger, t->slot[i].name) = t->slot[i];
	free(t->slot);
	*t = bigger;
}

static void add(struct table *t, const char *name, const struct entry *e)
{
	struct item *item;

	if (t->count * 2 >= t->size)
		enlarge(t);
	item = slot_of(t, name);
	if (!item->name) {
		item->name = strdup(name);
		if (!item->name)
			die("out of memory");
		t->count++;
	}
	item->events += e->n;
	item->denied += e->would == OUT_ALLOW ? 0 : e->n;
}

static void add_point(const struct entry *e)
{
	if (tally.point_count == tally.point_room) {
		tally.point_room = tally.point_room ? tally.point_room * 2 : 1024;
		tally.points = grow(tally.points, tally.point_room * sizeof(*tally.points));
	}
	tally.points[tally.point_count++] = (struct point){.usec = e->usec,
							   .n = (uint32_t)e->n,
							   .boot = e->boot,
							   .cpu = (uint8_t)e->cpu,
							   .kind = (uint8_t)e->kind,
							   .denied = e->would != OUT_ALLOW};
}

void tally_entry(const struct options *o, struct entry *e, const struct boot *b)
{
	char name[256], detail[160];

	(void)o;
	(void)b;
	if (e->type != LINE_RECORD || e->state == DAMAGED || e->auth == AUTH_FORGED ||
	    e->auth == AUTH_REPLAY)
		return;
	tally.records++;
	tally.events += e->n;
	tally.kinds[e->kind][e->would] += e->n;
	tally.would += e->would == e->verdict ? 0 : e->n;
	add_point(e);
	snprintf(name, sizeof(name), "%.*s", SPAN(e->by));
	add(&tally.table[BY_POLICY], name, e);
	/* The page table's address and the address space; Linux has one of each for a process. */
	snprintf(name, sizeof(name), "tt=%08" PRIx64 " ctx=%08x", e->tt & ~(uint64_t)0x3fff,
		 e->ctx);
	add(&tally.table[BY_PROCESS], name, e);
	if (e->kind <= KIND_MEM) {
		snprintf(name, sizeof(name), "%08" PRIx64 " %c%u", e->ipa, *e->access.p, e->size);
		add(&tally.table[BY_ADDRESS], name, e);
	} else if (e->kind == KIND_SYSREG) {
		register_text(e, detail);
		snprintf(name, sizeof(name), "%.*s %.64s", SPAN(e->access), detail);
		add(&tally.table[BY_REGISTER], name, e);
	} else {
		snprintf(name, sizeof(name), "%.*s %s", SPAN(e->access), call_name(e, detail));
		add(&tally.table[BY_CALL], name, e);
	}
	symbol_of(e, detail);
	snprintf(name, sizeof(name), "%08x/%.*s%s%s", e->pc, SPAN(e->mode), *detail ? " " : "",
		 detail);
	add(&tally.table[BY_PLACE], name, e);
}

void tally_boot(const struct options *o, const struct boot *b)
{
	struct boot *copy;

	(void)o;
	tally.boots = grow(tally.boots, (tally.boot_count + 1) * sizeof(*tally.boots));
	copy = &tally.boots[tally.boot_count++];
	*copy = *b;
	copy->policies = NULL;
	copy->gaps = (struct gaps){0};
	copy->header = b->header ? strdup(b->header) : NULL;
}

static int by_events(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->events != y->events)
		return x->events > y->events ? -1 : 1;
	return strcmp(x->name, y->name);
}

struct item *table_sorted(const struct table *t, size_t *count)
{
	struct item *items = grow(NULL, (t->count + 1) * sizeof(*items));

	*count = 0;
	for (size_t i = 0; i < t->size; i++)
		if (t->slot[i].name)
			items[(*count)++] = t->slot[i];
	qsort(items, *count, sizeof(*items), by_events);
	return items;
}

static int by_time(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	return x->usec < y->usec ? -1 : x->usec > y->usec;
}

uint64_t tally_peak(unsigned boot)
{
	struct point *of = grow(NULL, (tally.point_count + 1) * sizeof(*of));
	uint64_t most = 0, now = 0;
	size_t n = 0, from = 0;

	for (size_t i = 0; i < tally.point_count; i++)
		if (tally.points[i].boot == boot)
			of[n++] = tally.points[i];
	qsort(of, n, sizeof(*of), by_time);
	for (size_t i = 0; i < n; i++) {
		now += of[i].n;
		while (of[i].usec - of[from].usec >= 1000000)
			now -= of[from++].n;
		most = now > most ? now : most;
	}
	free(of);
	return most;
}

void tally_free(void)
{
	for (int t = 0; t < TABLES; t++) {
		for (size_t i = 0; i < tally.table[t].size; i++)
			free(tally.table[t].slot[i].name);
		free(tally.table[t].slot);
	}
	for (size_t i = 0; i < tally.boot_count; i++)
		free(tally.boots[i].header);
	free(tally.boots);
	free(tally.points);
	memset(&tally, 0, sizeof(tally));
}
