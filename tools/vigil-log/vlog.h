/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vigil-log's parts: input.c reads captures, scan.c finds lines in them, parse.c and repair.c make
 * entries of those, track.c puts entries into boots and judges them, and an output takes what the
 * filter lets through. docs/audit-log.md has the format.
 */
#ifndef VLOG_H
#define VLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MARK	  "@vigil "
#define MARK_LEN  7
#define LONGEST	  8192 /* of a line; the longest that there is names all system calls */
#define LOOKAHEAD 640  /* behind a damaged line, for what is left of it */
#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))

/* Exit codes; the manual page has them too. */
enum { EXIT_OK, EXIT_FINDINGS, EXIT_TROUBLE, EXIT_NO_LOG };

/* Where this struct points is the entry's own line. */
struct span {
	const char *p;
	int len;
};

#define SPAN(s) (s).len, (s).p /* for "%.*s" */

enum kind { KIND_MMIO, KIND_MEM, KIND_SYSREG, KIND_SYSCALL, KIND_CALL, KINDS };
enum outcome { OUT_ALLOW, OUT_DENY, OUT_KILL, OUT_HALT, OUTS };
enum type { LINE_RECORD, LINE_BOOT, LINE_STATS, LINE_HALT, LINE_OFF, LINE_OP, LINE_OTHER };

/* Whether it came as the monitor sent it. */
enum state { WHOLE, REPAIRED, DAMAGED };

/* What its tag says. */
enum auth {
	AUTH_NONE,    /* it has none, or there is no key to check it with */
	AUTH_OK,      /* the next one that was due, or one after some that are missing */
	AUTH_LATE,    /* one that was missing */
	AUTH_REPLAY,  /* one that was there before */
	AUTH_FORGED,  /* no tag of this boot */
	AUTH_UNKNOWN, /* the boot's line is not in the capture: nobody can tell */
	AUTHS
};

/* Keys of a record, by their order in the line. */
enum key {
	K_S,
	K_T,
	K_C,
	K_WOULD,
	K_PC,
	K_VA,
	K_IPA,
	K_REG,
	K_VAL,
	K_OLD,
	K_NR,
	K_CALL,
	K_ARGS,
	K_WHY,
	K_TT,
	K_CTX,
	K_TP,
	K_BY,
	K_N,
	K_MAC,
	KEYS
};

#define HAS(e, key) ((e)->keys & 1u << (key))

struct entry {
	const char *text; /* from the mark on; NUL-terminated, without the line's end */
	size_t len;
	uint64_t line; /* of the capture, from 1 */
	enum type type;
	enum state state;
	bool cut;	  /* the capture ends in it */
	struct span word; /* boot, stats, ...; of a record "record" */

	/* A record; of other lines, `t` and `mac` as well. */
	uint32_t keys; /* one bit an enum key */
	uint32_t seq;
	uint64_t usec;
	unsigned cpu;
	enum kind kind;
	struct span access;
	unsigned size;
	enum outcome verdict, would; /* alike, but for a dry run */
	uint32_t pc, va, nr, ctx, tp;
	uint64_t ipa, val, old, tt, mac;
	struct span mode, reg, call, why, by;
	uint32_t args[7];
	unsigned arg_count;
	uint64_t n;

	/* What track.c makes of it. */
	enum auth auth;
	unsigned boot; /* from 1; 0 before the first */
	uint64_t gap;  /* records that are missing right before it */
	bool untimely; /* its number came before, or its place is another */
};

/* util.c */

extern const char *program;
void die(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void *grow(void *p, size_t size);
bool span_is(struct span s, const char *text);
bool parse_hex(const char *p, int len, uint64_t *out);
bool parse_dec(const char *p, int len, uint64_t *out);

/* An item of a list "a,b,c" is this. */
bool in_list(const char *list, size_t len, struct span item);

/* The value of " key=value" in a line that is no record; len -1 if it has none. */
struct span field(const struct entry *e, const char *key);
uint64_t field_number(const struct entry *e, const char *key, int base, uint64_t otherwise);

/* siphash.c */

struct siphash_key {
	uint8_t byte[16];
};

uint64_t siphash(const struct siphash_key *key, const void *data, size_t len);

/* The key that follows, and with a nonce the first of a boot. */
struct siphash_key siphash_step(const struct siphash_key *key, uint64_t x);

/* parse.c */

/*
 * Make an entry of a line's text, without its end. Strict: nothing but known keys, which is for
 * putting together what was torn. Returns false if it is damaged; `*bad` is then where the first
 * word stands that should not, and the entry has what was read until there.
 */
bool parse_line(const char *text, size_t len, bool strict, struct entry *e, size_t *bad);

/* repair.c */

/*
 * Put together a record that something else stands in the midst of: `text` begins with the mark
 * and goes on behind the damage. `ok` may say no to what looks whole. Returns how much of the text
 * it took, with the line in `out`, or 0 if there is none, or more than one that it may have been.
 */
size_t repair(const char *text, size_t len, size_t bad,
	      bool (*ok)(void *context, const struct entry *e), void *context, char out[LONGEST]);

/* scan.c */

struct scanner {
	/* Takes each line. */
	void (*sink)(void *context, struct entry *e);
	/* Whether this whole record may be one of this boot, or by its tag is; may be NULL. */
	bool (*plausible)(void *context, const struct entry *e);
	bool (*tagged)(void *context, const struct entry *e);
	void *context;

	char *buffer, *data; /* `len` bytes that are left, from `data` on */
	size_t len, size;
	uint64_t line;
	char fixed[LONGEST];
};

/* IDLE: nothing has come for a while. */
enum more { MORE, IDLE, END };

void scan(struct scanner *s, const char *data, size_t len, enum more more);
void scan_free(struct scanner *s);

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
	uint64_t line;
	char *header; /* its line; NULL if the capture has none */
	char *policies;
	uint64_t hz, nonce;
	bool has_nonce, keyed;
	struct gaps gaps;
	uint64_t lines, records, events, tagged, verified;
	uint64_t first, last; /* times */
	uint64_t cpu_time[8];
	bool timed;
	bool stats, stats_last, off_call, over; /* `over`: a halt or off */
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
	struct chain *chain; /* NULL without a key */
	struct boot boot;    /* the one at hand */
	bool has_boot;
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

/* names.c */

extern const char *const kind_names[KINDS], *const outcome_names[OUTS], *const auth_names[AUTHS];
const char *firmware_call(uint32_t nr); /* or NULL */
const char *system_call(uint32_t nr);	/* or NULL */
const char *register_name(uint32_t nr); /* or NULL */
bool register_number(struct span name, uint32_t *nr);
const char *call_name(const struct entry *e, char buf[64]); /* "" if it is no call */
void register_text(const struct entry *e, char buf[64]);

/* symbols.c */

void symbols_load(const char *path);
bool symbols_loaded(void);
bool symbol_address(const char *name, uint32_t *lo, uint32_t *hi);
const char *symbol_of(const struct entry *e, char buf[160]); /* of its pc; or "" */

/* options.c */

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CHROME, FORMAT_CEF, FORMAT_SYSLOG, FORMATS };

struct filter {
	unsigned kinds, cpus, verdicts; /* bits; 0 for all */
	const char *policies, *calls;	/* lists, or NULL */
	struct {
		uint64_t lo, hi;
	} address[16], pc[16];
	unsigned addresses, pcs;
	uint64_t since, until;
	unsigned boot;
	bool authentic;
};

struct options {
	const char *command;
	enum format format;
	bool follow, allow_dropped, quiet, colour, has_epoch;
	unsigned top;
	uint64_t steps;
	double epoch; /* Unix time of the board's 0 */
	const char *hostname, *output, *policies;
	struct filter filter;
	struct siphash_key key;
	bool has_key;
	const char **settings; /* policy.key=value */
	size_t setting_count;
	const char **files;
	size_t file_count;
};

void options_read(int argc, char **argv, struct options *o);
void usage(FILE *to);

/* filter.c */

bool filter_passes(const struct filter *f, const struct entry *e);
bool filter_ranges(const char *text, bool symbols, struct filter *f, bool pc);

/* input.c */

/* Read all files into the scanner; with `follow`, until a signal comes. */
void input_run(const struct options *o, struct scanner *s, void (*flush)(void));
const char *input_name(void);

/* Outputs. Each command has these; NULL is nothing to do. */
struct output {
	void (*begin)(const struct options *o);
	void (*entry)(const struct options *o, struct entry *e, const struct boot *b);
	void (*found)(const struct options *o, enum finding what, const struct boot *b,
		      const struct entry *e, const char *text);
	void (*boot_end)(const struct options *o, const struct boot *b);
	int (*end)(const struct options *o, const struct tracker *t); /* exit code */
};

extern const struct output text_output, json_output, chrome_output, cef_output, syslog_output;
extern const struct output verify_output, summary_output, report_output, replay_output;

void json_string(const char *p, size_t len);
void json_entry(const struct entry *e); /* the fields, without braces */
void json_finding(enum finding what, const struct boot *b, const struct entry *e, const char *text);
void describe(const struct entry *e, char *buf, size_t size);
bool is_failure(const struct options *o, enum finding what);

/* The policies that are linked in, for --help. */
void replay_list(FILE *to);

#endif
