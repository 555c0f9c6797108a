// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rings. Each CPU has one for allowed events and one for the rest, so
 * that a flood of the former cannot crowd out the latter.
 */
#include "monitor.h"
#include "platform.h"

#define RECORDS 512 /* a power of two, for the indices wrap */
#define RINGS	(MAX_CPUS * 2)

/* A CPU's for what is allowed, then its other one. */
static struct ring {
	struct spinlock lock;
	u32 head; /* records ever put; the index is this modulo RECORDS */
	u32 tail; /* records ever taken */
	struct record records[RECORDS];
} rings[RINGS] __section(".noinit");

static u32 sequence;
static u32 dropped;
enum overflow audit_overflow;

/* The port: the line on its way, and how far the guest's own is. */
static struct {
	struct spinlock lock;
	u32 len, sent;
	u32 matched; /* of the mark, at its end */
	bool midline;
	u64 since; /* its last character */
} wire;
static char line[AUDIT_LINE] __aligned(8);
u32 console_owned;

/* The counters, under that lock as well. What has a number up to `settled` is sent or dropped. */
static u32 settled, repeats, high;

void __cold audit_init(void)
{
	for (struct ring *r = rings; r < rings + RINGS; r++)
		memset(r, 0, offsetof(struct ring, records));
}

/* Whether two events of one `va` or `nr` are alike, as far as their kind fills them. */
static bool same(const struct event *a, const struct event *b)
{
	const u64 *x = (const u64 *)a, *y = (const u64 *)b;
	const u64 *end = a->kind > EV_SYSREG ? (const u64 *)(a + 1) : (const u64 *)&a->va;

	while (x < end)
		if (*x++ != *y++)
			return false;
	return true;
}

/* An event is copied as halves: those the compiler moves by LDM and STM, not by a call. */
struct half {
	u32 word[sizeof(struct event) / 8];
};

_Static_assert(sizeof(struct event) == 2 * sizeof(struct half), "an event is two halves");

/*
 * Take the oldest record of all. What had a number when `sequence` was read got it under its
 * ring's lock, so it is there to be seen once that lock has been had.
 */
static bool __cold take(struct record *out)
{
	u32 given = __atomic_load_n(&sequence, __ATOMIC_ACQUIRE), newest = given;
	struct ring *oldest = NULL;

	for (struct ring *r = rings; r < rings + RINGS; r++) {
		const struct record *rec = &r->records[r->tail % RECORDS];

		spin_lock(&r->lock);
		high = MAX(high, r->head - r->tail);
		if (r->head != r->tail && (s32)(newest - rec->seq) >= 0) {
			newest = rec->seq;
			oldest = r;
		}
		spin_unlock(&r->lock);
	}
	if (!oldest) {
		settled = given;
		return false;
	}
	spin_lock(&oldest->lock);
	*out = oldest->records[oldest->tail++ % RECORDS];
	spin_unlock(&oldest->lock);
	repeats += out->repeats;
	return true;
}

/* Under the lock: what `line` has is the next. */
static void __cold begin(size_t len)
{
	if (wire.midline)
		format(NULL, 0, "\r\n");
	wire.midline = false;
	wire.len = tag_line(line, len, sizeof(line));
	wire.sent = 0;
}

static void __cold send(bool wait)
{
	while (wire.sent < wire.len && (wait || console_ready()))
		console_put(line[wire.sent++]);
}

/*
 * Under the lock. Send some of the next line: the oldest record, or with none left the
 * counters since boot, if they tell of new drops or `stats` asks for them. Returns false if
 * there was nothing to send.
 */
static bool __cold send_line(bool wait, bool stats)
{
	static struct record rec;
	static u32 dropped_told;
	static u64 told_at;
	u32 hz = MAX(counter_hz(), 1u), lost = __atomic_load_n(&dropped, __ATOMIC_RELAXED);
	u64 now = counter();

	if (wire.sent < wire.len) {
		send(wait);
		return true;
	}
	/* The guest's line first, for a tenth of a second; but a prompt may stand for a long time.
	 */
	if (wire.midline && !wait && now - wire.since < hz / 10)
		return true;
	if (!stats && take(&rec)) {
		begin(record_format(&rec, line, LINE_TEXT));
	} else if (stats || lost != dropped_told || (tag_is_on && now - told_at > 10ull * hz)) {
		dropped_told = lost;
		told_at = now;
		begin(format(line, LINE_TEXT,
			     "@vigil stats t=%u.%06u events=%u repeats=%u dropped=%u high=%u%s",
			     (u32)(now / hz), (u32)(now % hz * 1000000 / hz), settled, repeats,
			     lost, high, stats ? " end=1" : ""));
	} else {
		return false;
	}
	send(wait);
	return true;
}

void __cold vigil_print(const char *fmt, ...)
{
	va_list ap;
	size_t len;

	spin_lock(&wire.lock);
	send(true);
	len = format(line, LINE_TEXT, "@vigil ");
	va_start(ap, fmt);
	begin(len + vformat(line + len, LINE_TEXT - len, fmt, ap));
	va_end(ap);
	send(true);
	spin_unlock(&wire.lock);
}

bool console_has(u64 lo, u64 hi)
{
	u64 page = ALIGN_DOWN(platform.uart_base, PAGE_SIZE);

	return console_owned && lo < page + PAGE_SIZE && hi >= page;
}

bool console_guest_write(u64 ipa, u32 size, u32 value)
{
	static const char mark[] = "@vigil";
	u64 offset = ipa - platform.uart_base;
	char c = (char)value;

	if (offset >= console_owned)
		return true;
	if (offset != platform.uart->data || size > 4)
		return size <= 4 && offset < 128 &&
		       (platform.uart->guest_writes >> (u32)offset / 4 & 1);
	spin_lock(&wire.lock);
	send(true);
	wire.matched = c == mark[wire.matched] ? wire.matched + 1 : c == mark[0];
	if (unlikely(wire.matched == sizeof(mark) - 1)) {
		console_put('\\');
		wire.matched = 0;
	}
	console_put(c);
	wire.midline = c != '\n';
	wire.since = counter();
	spin_unlock(&wire.lock);
	return false;
}

bool __cold audit_drain(u32 lines)
{
	bool more = true;

	if (!spin_trylock(&wire.lock))
		return true;
	/* A line that is left unfinished means that the port is full. */
	while (more && lines-- && console_ready())
		more = send_line(false, false);
	spin_unlock(&wire.lock);
	return more;
}

void __cold audit_flush(void)
{
	spin_lock(&wire.lock);
	/* What the guest adds meanwhile shall not keep it from going off. */
	for (u32 left = RINGS * RECORDS; left && send_line(true, false); left--)
		;
	send_line(true, true);
	spin_unlock(&wire.lock);
}

/*
 * The ring is more than half full: the guest neither idles nor takes interrupts. With it full, what
 * may not be dropped waits for the port. Returns true if the guest is to be halted for that.
 */
static bool __cold make_room(struct ring *r)
{
	bool deny = (r - rings) % 2, full = r->head - r->tail == RECORDS;
	bool keep = deny || audit_overflow != OVERFLOW_DROP;

	if (!full)
		audit_drain(1);
	while (keep && r->head - r->tail == RECORDS) {
		spin_lock(&wire.lock);
		send_line(true, false);
		spin_unlock(&wire.lock);
	}
	return full && !deny && audit_overflow == OVERFLOW_HALT;
}

static void __noinline put(struct ring *r, struct event *ev)
{
	bool halt = false;
	u32 head = r->head, fill = head - r->tail;
	struct record *rec = &r->records[(head - 1) % RECORDS];

	vigil_identify(ev);
	if (unlikely(fill > RECORDS / 2))
		halt = make_room(r);
	spin_lock(&r->lock);
	fill = head - r->tail;
	if (fill && rec->ev.va == ev->va && same(&rec->ev, ev)) {
		rec->repeats++;
	} else if (likely(fill < RECORDS)) {
		rec = &r->records[head % RECORDS];
		((struct half *)&rec->ev)[0] = ((const struct half *)ev)[0];
		((struct half *)&rec->ev)[1] = ((const struct half *)ev)[1];
		rec->time = counter();
		rec->repeats = 0;
		/* Given before anything can be lost, so that a gap proves a loss. */
		rec->seq = atomic_inc(&sequence);
		r->head = head + 1;
	} else {
		atomic_inc(&sequence);
		atomic_inc(&dropped);
	}
	spin_unlock(&r->lock);
	arch_want_drain();
	if (unlikely(halt))
		arch_halt();
}

/* Policies print: not before the line that is on its way has ended. */
void __cold monitor_off(void)
{
	audit_flush();
	for_each_policy (p)
		if (p->off)
			p->off();
}

void audit_event(struct event *ev)
{
	put(&rings[ev->cpu * 2 + (ev->would != ALLOW || ev->verdict != ALLOW)], ev);
}
