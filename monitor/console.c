// SPDX-License-Identifier: BSD-2-Clause
/*
 * The port that monitor and guest share: the log's lines, and, where the monitor owns the port,
 * what becomes of the guest's accesses to it, and which keys are the operator's.
 */
#include "monitor.h"
#include "platform.h"

static struct {
	struct spinlock lock;
	u32 length, sent; /* of the line on its way */
	u32 matched;	  /* of the mark, at the end of what the guest has sent */
	u32 flushing;	  /* lines until the counters are told, with an end; or 0 */
	u64 since;	  /* when its first character was sent, while that is no whole line; or 0 */

	bool escaped; /* the last that was typed is the operator's escape */
	u32 key;      /* what came behind it, with ANSWERED while that lasts; or 0 */
	u32 held;     /* the guest's next character, with HELD; and AWAITED, or 0 */
	u64 unread;   /* since when something waits that the guest does not read, or 0 */
	char line[AUDIT_LINE] __aligned(8);
} wire;
/* AWAITED: the guest knows that something was typed, and is about to read it all. */
enum { ANSWERED = BIT(8), AWAITED = BIT(30), HELD = BIT(31) };

/* Something that was typed waits in the port. */
#define PORT_HAS (!(port_read(platform.uart->status) & platform.uart->empty))

u32 console_page = CONSOLE_SHARED;
u32 operator_escape = 0x1d; /* Ctrl-] */

/* All static functions are called with the lock held. What `line` has is the next one. */
static void __cold begin(size_t len)
{
	if (wire.since)
		format(NULL, 0, "\r\n");
	wire.since = 0;
	wire.length = (u32)tag_line(wire.line, len);
	wire.sent = 0;
}

static void __cold send(bool wait)
{
	while (wire.sent < wire.length && console_put(wire.line[wire.sent], wait))
		wire.sent++;
}

/*
 * With nothing on its way, begin the next line: the oldest record, or with none left the counters
 * since boot, if they tell of new drops, or that a flush is done. Returns false if there is none.
 */
static bool __cold next_line(bool hurry)
{
	static struct record rec;
	static u32 dropped_told;
	static u64 told_at;
	u32 dropped = __atomic_load_n(&audit_counters.dropped, __ATOMIC_RELAXED);
	u64 now = counter();

	/* The guest's line first, for a tenth of a second: a prompt has no end. */
	if (wire.sent < wire.length || (wire.since && !hurry && now - wire.since < HZ / 10))
		return true;
	if (wire.flushing != 1 && audit_take(&rec)) {
		wire.flushing -= wire.flushing > 0;
		begin(record_format(&rec, wire.line, LINE_TEXT));
		return true;
	}
	if (!wire.flushing && dropped == dropped_told && !(tag_is_on && now - told_at > 10ull * HZ))
		return false;
	dropped_told = dropped;
	told_at = now;
	begin(format(wire.line, LINE_TEXT,
		     "@vigil stats t=%u.%06u events=%u repeats=%u dropped=%u high=%u%s",
		     SECONDS(now), audit_counters.settled, audit_counters.repeats, dropped,
		     audit_counters.high, wire.flushing ? " end=1" : ""));
	wire.flushing = 0;
	return true;
}

/*
 * Take what was typed, up to the operator's key or the guest's next character; or past `all` of
 * those, which are nobody's.
 */
static void __cold take_typed(bool all)
{
	for (u32 n = 64; n && !wire.key && (all || !(wire.held & HELD)) && PORT_HAS; n--) {
		u32 c = port_read(platform.uart->data);
		bool escape = operator_escape && (u8)c == operator_escape;

		if (wire.escaped && !escape)
			wire.key = (u8)c;
		else if ((wire.escaped || !escape) && !all) /* typed twice, it is the guest's */
			wire.held |= (u16)c | HELD;
		wire.escaped = escape && !wire.escaped;
		wire.unread = 0;
	}
}

/* For a second, what waits is the guest's to take, if it has the port. */
static void __cold listen(void)
{
	u64 now = counter();

	if (console_page == CONSOLE_SHARED || !PORT_HAS)
		wire.unread = 0;
	else if (operator_escape && (guest_stopped || console_page & BIT(31) ||
				     (wire.unread && now > wire.unread + HZ)))
		take_typed(true);
	else if (!wire.unread)
		wire.unread = now;
}

/*
 * Out of the lock first: the operator's answer takes it. Until that is given no other CPU takes a
 * key: they are done in the order in which they are typed. Returns what it is given.
 */
static u32 leave(u32 result)
{
	u32 key = wire.key & ANSWERED ? 0 : wire.key;

	wire.key |= key ? ANSWERED : 0;
	spin_unlock(&wire.lock);
	if (unlikely(key)) {
		operator_key((char)key);
		__atomic_store_n(&wire.key, 0, __ATOMIC_RELEASE);
	}
	return result;
}

bool __cold audit_drain(u32 lines, bool wait)
{
	bool more = true, hurry = wait || lines == 1;

	if (wait)
		spin_lock(&wire.lock);
	else if (wire.flushing || !spin_trylock(&wire.lock))
		return true;
	/* A line that is left unfinished means that the port is full. */
	while (more && lines-- && (wait || console_ready())) {
		more = next_line(hurry);
		send(wait);
	}
	listen();
	return leave(more);
}

/* What the guest adds meanwhile shall not keep it from going off; and others may have the port. */
void __cold audit_flush(void)
{
	wire.flushing = AUDIT_RECORDS;
	while (wire.flushing)
		audit_drain(1, true);
}

void __cold vigil_print(const char *fmt, ...)
{
	va_list ap;
	size_t len;

	spin_lock(&wire.lock);
	send(true);
	len = format(wire.line, LINE_TEXT, "@vigil ");
	va_start(ap, fmt);
	begin(len + vformat(wire.line + len, LINE_TEXT - len, fmt, ap));
	va_end(ap);
	send(true);
	spin_unlock(&wire.lock);
}

/* The guest's character, with a break in what would look like the log's mark. */
static inline void guest_sends(char c)
{
	static const char mark[] = "@vigil";

	if (unlikely(wire.sent < wire.length))
		send(true);
	if (unlikely(c == mark[0] || wire.matched))
		wire.matched = c == mark[wire.matched] ? wire.matched + 1 : c == mark[0];
	if (unlikely(wire.matched == sizeof(mark) - 1)) {
		console_put('\\', true);
		wire.matched = 0;
	}
	if (likely(console_ready()))
		guarded_store(console_port + platform.uart->data, 4, (u8)c);
	else
		console_put(c, true);
	/* A line that takes long, as a prompt does, holds up the log no longer. */
	if (c == '\n')
		wire.since = 0;
	else if (!wire.since)
		wire.since = counter();
}

/*
 * A character is not taken before the guest has seen the interrupt that it makes, for taking it
 * ends that; who has it masked polls.
 */
static u32 __cold guest_reads(u32 offset)
{
	const struct uart *uart = platform.uart;
	u32 value, listens = port_read(uart->enabled) & uart->received;

	if (offset == uart->data) {
		take_typed(false);
		value = (u16)wire.held;
		wire.held &= AWAITED;
		wire.unread = 0;
		return value;
	}
	value = port_read(offset);
	if (offset - uart->enabled - 4 < 8 && (value & listens))
		wire.held |= AWAITED;
	if (offset != uart->status)
		return value;
	/* With an operator's key taken, what stands behind it is for the next look. */
	if (!(value & uart->empty)) {
		if (wire.held || !listens) {
			take_typed(false);
			value |= uart->empty;
		}
		listen();
	}
	if (wire.held & HELD)
		value &= ~uart->empty;
	else if (value & uart->empty)
		wire.held = 0;
	return value;
}

u32 console_access(u32 offset, u32 size, bool write, u32 value)
{
	const struct uart *uart = platform.uart;
	u32 mask;

	if (write) {
		spin_lock(&wire.lock);
		if (likely(offset == uart->data))
			guest_sends((char)value);
		else if (offset < 128 && uart->guest_writes >> offset / 4 & 1)
			guarded_store(console_port + offset, size, value);
		spin_unlock(&wire.lock);
		return value;
	}
	mask = ~0u >> (32 - 8 * size);
	/* Who sends looks here for each character. With nothing typed, there is no more to it. */
	if (likely(offset == uart->status) && likely(!wire.held)) {
		value = port_read(offset) & mask;
		if (likely(value & uart->empty))
			return value;
	}
	spin_lock(&wire.lock);
	return leave(guest_reads(ALIGN_DOWN(offset, 4)) >> offset % 4 * 8 & mask);
}
