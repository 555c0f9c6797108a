// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rings. Each CPU has one for allowed events and one for the rest, so
 * that a flood of the former cannot crowd out the latter.
 */
#include "monitor.h"

#define RECORDS 512 /* a power of two, for the indices wrap */

struct ring {
	struct spinlock lock;
	u32 head; /* records ever put; the index is this modulo RECORDS */
	u32 tail; /* records ever taken */
	u32 high;
	u32 dropped;
	u32 repeats;
	struct record records[RECORDS];
};

#define RINGS (MAX_CPUS * 2)

static struct ring rings[RINGS] __section(".noinit");

static u32 sequence;
enum overflow audit_overflow;

/* The line on its way, under its own lock. */
static struct spinlock drain_lock;
static char line[AUDIT_LINE];
static size_t line_len, line_sent;

/* An event is copied as halves: those the compiler moves by LDM and STM, not by a call. */
struct half {
	u32 word[sizeof(struct event) / 8];
};

_Static_assert(sizeof(struct event) == 2 * sizeof(struct half), "an event is two halves");

/* Word by word: an event has no padding. */
static bool same(const struct event *a, const struct event *b)
{
	const u32 *x = (const u32 *)a, *y = (const u32 *)b;

	for (u32 i = 0; i < sizeof(*a) / sizeof(u32); i++)
		if (x[i] != y[i])
			return false;
	return true;
}

void __cold audit_init(void)
{
	for (struct ring *r = rings; r < rings + RINGS; r++)
		memset(r, 0, offsetof(struct ring, records));
}

/*
 * Under the ring's lock. Returns false if the ring is full and the record may not be dropped. A
 * sequence number is given to all that gets one before it can be lost, so that each loss leaves
 * a gap.
 */
static bool put(struct ring *r, const struct event *ev, bool droppable)
{
	struct record *rec = &r->records[(r->head - 1) % RECORDS];
	u32 fill = r->head - r->tail;

	if (fill && same(&rec->ev, ev)) {
		rec->repeats++;
		r->repeats++;
		return true;
	}
	if (unlikely(fill == RECORDS)) {
		if (droppable) {
			atomic_inc(&sequence);
			r->dropped++;
		}
		return droppable;
	}
	rec = &r->records[r->head++ % RECORDS];
	((struct half *)&rec->ev)[0] = ((const struct half *)ev)[0];
	((struct half *)&rec->ev)[1] = ((const struct half *)ev)[1];
	rec->time = counter();
	rec->seq = atomic_inc(&sequence);
	rec->repeats = 0;
	r->high = MAX(r->high, fill + 1);
	return true;
}

/*
 * Take the oldest record of all. What has a number up to `given` got it under its ring's lock, so
 * it is there to be seen once that lock has been had after reading `given`.
 */
static bool __cold take(struct record *out)
{
	u32 given = __atomic_load_n(&sequence, __ATOMIC_ACQUIRE);
	struct ring *oldest = NULL;

	for (struct ring *r = rings; r < rings + RINGS; r++) {
		const struct record *rec = &r->records[r->tail % RECORDS];

		spin_lock(&r->lock);
		if (r->head != r->tail && (s32)(given - rec->seq) >= 0 &&
		    (!oldest || (s32)(out->seq - rec->seq) > 0)) {
			*out = *rec;
			oldest = r;
		}
		spin_unlock(&r->lock);
	}
	if (!oldest)
		return false;
	/* Once more: repeats may have been folded into it. */
	spin_lock(&oldest->lock);
	*out = oldest->records[oldest->tail++ % RECORDS];
	spin_unlock(&oldest->lock);
	return true;
}

/* Under the drain lock. The counters, since boot, as the next line; returns what was dropped. */
static u32 __cold stats_line(void)
{
	u32 repeats = 0, dropped = 0, high = 0;

	for (struct ring *r = rings; r < rings + RINGS; r++) {
		repeats += r->repeats;
		dropped += r->dropped;
		high = MAX(high, r->high);
	}
	line_sent = 0;
	line_len = format(line, sizeof(line),
			  "@vigil stats events=%u repeats=%u dropped=%u high=%u\r\n", sequence,
			  repeats, dropped, high);
	return dropped;
}

/* Under the drain lock. Returns false if nothing was left to send. */
static bool __cold send_line(bool wait)
{
	static struct record rec;
	static u32 dropped_told;

	if (line_sent == line_len) {
		if (take(&rec)) {
			line_sent = 0;
			line_len = record_format(&rec, line, sizeof(line));
		} else {
			u32 dropped = stats_line();

			/* Tell of drops once the rings have been caught up with. */
			if (dropped == dropped_told)
				line_sent = line_len;
			dropped_told = dropped;
		}
	}
	if (line_sent == line_len)
		return false;
	while (line_sent < line_len && (wait || console_ready()))
		console_put(line[line_sent++]);
	return true;
}

bool __cold audit_drain(u32 lines)
{
	bool more = true;

	if (!spin_trylock(&drain_lock))
		return true;
	/* A line that is left unfinished means that the port is full. */
	while (more && lines-- && console_ready())
		more = send_line(false);
	spin_unlock(&drain_lock);
	return more;
}

void __cold audit_flush(void)
{
	spin_lock(&drain_lock);
	while (send_line(true))
		;
	stats_line();
	send_line(true);
	spin_unlock(&drain_lock);
}

void __cold monitor_off(void)
{
	for_each_policy (p)
		if (p->off)
			p->off();
	audit_flush();
}

/* Fill what nobody has asked for until now; nothing in a record is left over from before. */
static void complete(struct event *ev)
{
	vigil_identify(ev);
	if (ev->kind <= EV_MEMORY) {
		ev->nr = 0;
		for (u32 i = 3; i < ARRAY_SIZE(ev->arg); i++)
			ev->arg[i] = 0;
	}
}

void audit_event(struct event *ev)
{
	bool deny = (ev->would | ev->verdict) != ALLOW, halt = false, done;
	struct ring *r = &rings[ev->cpu * 2 + deny];

	complete(ev);
	for (;;) {
		spin_lock(&r->lock);
		done = put(r, ev, !deny && audit_overflow == OVERFLOW_DROP);
		spin_unlock(&r->lock);
		if (likely(done))
			break;
		halt = !deny && audit_overflow == OVERFLOW_HALT;
		spin_lock(&drain_lock);
		send_line(true);
		spin_unlock(&drain_lock);
	}
	if (unlikely(halt))
		arch_halt();
	/* For a guest that neither idles nor takes interrupts. */
	if (unlikely(r->head - r->tail > RECORDS / 2))
		audit_drain(1);
	arch_want_drain();
}
