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
	bool midline;	  /* that is no whole line */
	u64 since;	  /* when its last character was sent */

	bool awaited; /* the guest knows that something was typed, and is about to read it all */
	bool escaped; /* the last that was typed is the operator's escape */
	u32 key;      /* what came behind it, or 0 */
	u32 held;     /* the guest's next character, with HELD */
	u64 unread;   /* since when something waits that the guest does not read, or 0 */
	char line[AUDIT_LINE] __aligned(8);
} wire;
#define HELD BIT(31)

u32 console_page = CONSOLE_SHARED;
u32 operator_escape = 0x1d; /* Ctrl-] */

/* All static functions are called with the lock held. What `line` has is the next one. */
static void __cold begin(size_t len)
{
	if (wire.midline)
		format(NULL, 0, "\r\n");
	wire.midline = false;
	wire.length = (u32)tag_line(wire.line, len, sizeof(wire.line));
	wire.sent = 0;
}

static void __cold send(bool wait)
{
	while (wire.sent < wire.length && (wait || console_ready()))
		console_put(wire.line[wire.sent++]);
}

/*
 * Send some of the next line: the oldest record, or with none left the counters since boot, if
 * they tell of new drops or `stats` asks for them. Returns false if there was nothing to send.
 */
static bool __cold send_line(bool wait, bool stats)
{
	static struct record rec;
	static u32 dropped_told;
	static u64 told_at;
	u32 dropped = __atomic_load_n(&audit_counters.dropped, __ATOMIC_RELAXED);
	u64 now = counter();

	if (wire.sent < wire.length) {
		send(wait);
		return true;
	}
	/* The guest's line first, for a tenth of a second; but a prompt may stand for a long time.
	 */
	if (wire.midline && !wait && now - wire.since < HZ / 10)
		return true;
	if (!stats && audit_take(&rec)) {
		begin(record_format(&rec, wire.line, LINE_TEXT));
	} else if (stats || dropped != dropped_told || (tag_is_on && now - told_at > 10ull * HZ)) {
		dropped_told = dropped;
		told_at = now;
		begin(format(wire.line, LINE_TEXT,
			     "@vigil stats t=%u.%06u events=%u repeats=%u dropped=%u high=%u%s",
			     SECONDS(now), audit_counters.settled, audit_counters.repeats, dropped,
			     audit_counters.high, stats ? " end=1" : ""));
	} else {
		return false;
	}
	send(wait);
	return true;
}

/* Take what was typed, up to the guest's next character, `all` of those, or the operator's key. */
static void __cold take_typed(bool all)
{
	while (!wire.key && (all || !wire.held) && console_has_input()) {
		u32 c = (u32)guarded_load(console_port + platform.uart->data, 4);
		bool escape = operator_escape && (u8)c == operator_escape;

		if (wire.escaped && !escape)
			wire.key = (u8)c;
		else if (wire.escaped || !escape) /* typed twice, it is the guest's */
			wire.held = c | HELD;
		wire.escaped = escape && !wire.escaped;
	}
}

/* To what the guest leaves for a second, or to all while it is stopped. */
static void __cold listen(void)
{
	u64 now = counter();

	if (console_page == CONSOLE_SHARED || !console_has_input())
		wire.unread = 0;
	else if (!wire.unread)
		wire.unread = now;
	else if (guest_stopped || now - wire.unread > HZ)
		take_typed(true);
}

/* Out of the lock first: the operator's answer takes it. */
static void leave(void)
{
	char key = (char)wire.key;

	wire.key = 0;
	spin_unlock(&wire.lock);
	if (unlikely(key))
		operator_key(key);
}

bool __cold audit_drain(u32 lines, bool wait)
{
	bool more = true;

	if (wait)
		spin_lock(&wire.lock);
	else if (!spin_trylock(&wire.lock))
		return true;
	/* A line that is left unfinished means that the port is full. */
	while (more && lines-- && (wait || console_ready()))
		more = send_line(wait, false);
	listen();
	leave();
	return more;
}

/* What the guest adds meanwhile shall not keep it from going off. */
void __cold audit_flush(void)
{
	audit_drain(AUDIT_RECORDS, true);
	spin_lock(&wire.lock);
	send(true);
	send_line(true, true);
	spin_unlock(&wire.lock);
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
static void guest_sends(char c)
{
	static const char mark[] = "@vigil";

	send(true);
	wire.matched = c == mark[wire.matched] ? wire.matched + 1 : c == mark[0];
	if (unlikely(wire.matched == sizeof(mark) - 1)) {
		console_put('\\');
		wire.matched = 0;
	}
	console_put(c);
	wire.midline = c != '\n';
	wire.since = counter();
}

/*
 * A character is not taken before the guest has seen the interrupt that it makes, for taking it
 * ends that.
 */
static u32 __cold guest_reads(u32 offset, u32 size)
{
	const struct uart *uart = platform.uart;
	u32 value;

	if (offset == uart->status ? wire.awaited : offset == uart->data)
		take_typed(false);
	if (offset == uart->data) {
		value = wire.held & ~HELD;
		wire.held = 0;
		wire.unread = 0;
		return value;
	}
	value = (u32)guarded_load(console_port + offset, size);
	if (offset != uart->status)
		wire.awaited |= value & uart->received;
	else if (wire.held)
		value &= ~uart->empty;
	else if (value & uart->empty)
		wire.awaited = false;
	return value;
}

u32 console_access(u32 offset, u32 size, bool write, u32 value)
{
	spin_lock(&wire.lock);
	if (!write)
		value = guest_reads(offset, size);
	else if (offset == platform.uart->data)
		guest_sends((char)value);
	else if (offset < 128 && platform.uart->guest_writes >> offset / 4 & 1)
		guarded_store(console_port + offset, size, value);
	leave();
	return value;
}
