/* SPDX-License-Identifier: BSD-2-Clause */
/* The monitor as the architecture and the boot code see it. */
#pragma once

#include "arch.h"

extern const struct policy __policies_start[], __policies_end[];

#define for_each_policy(p) for (const struct policy *p = __policies_start; p < __policies_end; p++)

/* One bit an enum event_kind: somebody watches it, or did. */
extern u32 monitor_wanted;

/* The operator's dry run: nothing is denied, what would be is logged. */
extern bool monitor_dry_run;

#define monitor_wants(kind) (monitor_wanted & BIT(kind))

/*
 * Ask the policies that watch the address of this event, which makes it EV_MMIO or EV_MEMORY.
 * Fills verdict, would, by (NULL if nobody watches it), log, replace and
 * value; but what a policy has put into `value` counts for nothing in a dry run that would not
 * have allowed it. Returns 0 if it is a device's, watched, plainly allowed, and not to be
 * logged. Any CPU; takes no lock.
 */
u32 monitor_ask_address(struct event *ev);

/* What that comes to, of a verdict other than ALLOW. */
u32 monitor_settle(struct event *ev, enum verdict verdict);

/*
 * Who watches a number for this access, so that it need not be searched for: the one policy,
 * monitor_all if there are several, or NULL. Then to ask; with monitor_all, whoever watches it.
 */
extern const struct policy monitor_all;
const struct policy *monitor_watcher(enum event_kind kind, u32 access, u32 nr);

static inline u32 monitor_ask_number(struct event *ev, const struct policy *watcher)
{
	enum verdict verdict = watcher->on_event(ev);

	if (likely(!(verdict | ev->settled)))
		return 0;
	if (watcher->name) /* else it has asked those who have one */
		ev->by = watcher;
	return verdict == ALLOW ? 1 : monitor_settle(ev, verdict);
}

/* The monitor's own refusal, logged whatever the mode. */
void monitor_refuse(struct event *ev);

/*
 * The accesses (ACC_ bits) that some policy watches in this range: of addresses, whatever their
 * kind, or of a kind's numbers; with ACC_PARTLY if one of them watches only a part. Any CPU.
 */
#define ACC_PARTLY BIT(7)
u32 monitor_watched(enum event_kind kind, u64 lo, u64 hi);

/*
 * Take `len` bytes of "policy.key=value". Returns 0, or -1 if no such policy
 * is linked in or it does not understand. Boot CPU only.
 */
int monitor_option(const char *name, size_t len, const char *key, const char *value);

/* Run static watches and init() of each policy; stops the boot on failure. */
void monitor_init(void);

/* The guest is about to be off: all of the log, and each policy's last word. */
void monitor_off(void);

/* The audit log: per-CPU rings, drained to the console in bounded pieces. */

/*
 * With a ring full, allowed events are dropped and counted, the guest waits for the port, or it is
 * stopped.
 */
extern enum overflow { OVERFLOW_DROP, OVERFLOW_WAIT, OVERFLOW_HALT } audit_overflow;

/* An audit record; docs/audit-log.md. Of a power of two: an index is a shift. */
struct record {
	u64 time; /* counter ticks */
	u32 seq;
	u32 repeats; /* events like it that followed at once */
	struct event ev;
} __aligned(128);

/* Empty the rings. Boot CPU, before any event. */
void audit_init(void);

/* Records that all rings hold. */
#define AUDIT_RECORDS (MAX_CPUS * 2 * 512)

/*
 * Since boot; what has a number up to `settled` is sent or dropped. Of what was sent: by policy,
 * the monitor's own first, and kind; and by CPU. Under the port's lock.
 */
#define COUNTED 16u
extern struct audit_counters {
	u32 settled, repeats, dropped, high, by[COUNTED][EV_KINDS], cpu[MAX_CPUS];
} audit_counters;

/* Take the oldest record of all, if there is one. Under the port's lock. */
bool audit_take(struct record *out);

/* Lines that one step of draining sends at most. */
#define DRAIN_LINES 8

/*
 * Put an event into this CPU's ring. Never waits in OVERFLOW_DROP, but when the ring of denied
 * events is full: those are never dropped.
 */
void audit_event(struct event *ev);

/*
 * Send what the port takes, or with `wait`, `lines` lines; and listen to the operator, if the guest
 * does not. A single line does not wait for the end of the guest's: a ring fills. Returns true if
 * something is left. Any CPU; one drains at a time.
 */
bool audit_drain(u32 lines, bool wait);

/* Send everything, waiting for the port; then the counters. Any CPU. */
void audit_flush(void);

/* A time in ticks, for "%u.%06u". */
#define HZ	       MAX(counter_hz(), 1u)
#define SECONDS(ticks) (u32)((ticks) / HZ), (u32)((ticks) % HZ * 1000000 / HZ)

/* Room for the longest line, and in it for the text before its tag. */
#define AUDIT_LINE 4352u
#define LINE_TEXT  (AUDIT_LINE - sizeof(" mac=0123456789abcdef\r\n"))

/*
 * The monitor owns the port: the guest's accesses to it come here, its lines and the log's do not
 * mix, and none of the guest's looks like one of the log's.
 */
#define CONSOLE_SHARED (~0u) /* or: */
extern u32 console_page;     /* the number of its page */

/* An access of up to 4 bytes, at this offset in that page. Returns what is read. Any CPU. */
u32 console_access(u32 offset, u32 size, bool write, u32 value);

/* The operator's escape, or 0: none is listened to. */
extern u32 operator_escape;

/* All options, as they were given. */
extern char option_text[];

/* Do what the key behind an escape stands for. */
void operator_key(char c);

/* Kinds of events whose allowed ones are not logged; a bit each. */
extern u32 audit_silent;

/* The kinds as they stand in a record's line. */
extern const char event_kinds[EV_KINDS][8];

/* Write the record's line, up to its tag. Returns its length. */
size_t record_format(const struct record *rec, char *buf, size_t size);

/* The key of siphash_once(). */
extern u64 siphash_key[2];

/*
 * SipHash-2-4 of these words, by a key that is good for this once: the next one is its hash of
 * 128 bits of no text. The last word is padded as SipHash has it: behind the text are zeros, and
 * in its last byte the text's length.
 */
u64 siphash_once(const u64 *word, const u64 *last);

/*
 * Lines have tags from here on, by the 16 bytes of a first key. Returns the boot's nonce, from
 * the words of `seed`, the one behind them included, and the counter. Boot CPU, before the first
 * line.
 */
u64 tag_start(const void *first, const u64 *seed, size_t size);

/* Then an idle guest comes by for good, so that a line tells from time to time that it lives. */
extern bool tag_is_on;

/*
 * End a line with its tag, if it is to have one, and CR LF: a text of LINE_TEXT at most, that
 * begins at a multiple of 8. Returns its length.
 */
size_t tag_line(char *text, size_t len);
