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
enum type {
	LINE_RECORD,
	LINE_BOOT,
	LINE_STATS,
	LINE_HALT,
	LINE_OFF,
	LINE_OPERATOR, /* a key of the operator's, and behind its answer: */
	LINE_STATE,
	LINE_COUNT,
	LINE_OTHER
};

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
const char *plural(uint64_t n); /* "s", but for 1 */
bool span_is(struct span s, const char *text);
bool span_only(struct span s, const char *also); /* letters, digits and these; not empty */
bool parse_hex(const char *p, int len, uint64_t *out);
bool parse_dec(const char *p, int len, uint64_t *out);

/* An item of a list "a,b,c" is this. */
bool in_list(const char *list, size_t len, struct span item);

/* The value of " key=value" in a line that is no record; len -1 if it has none. */
struct span field(const struct entry *e, const char *key);
struct span field_of(const struct entry *e, struct span key);
uint64_t field_number(const struct entry *e, const char *key, int base, uint64_t otherwise);

/* siphash.c */

struct siphash_key {
	uint8_t byte[16];
};

uint64_t siphash(const struct siphash_key *key, const void *data, size_t len);

/* The key that follows, and of a given key and a nonce the first of a boot. */
struct siphash_key siphash_next(const struct siphash_key *key);
struct siphash_key siphash_boot(const struct siphash_key *given, uint64_t nonce);

/* parse.c, line.c */

bool parse_time(struct span s, struct entry *e);
bool parse_record(struct entry *e, bool strict, size_t *bad);

/*
 * Make an entry of a line's text, without its end. Strict: nothing but known keys, which is for
 * putting together what was torn. Returns false if it is damaged; `*bad` is then where the first
 * word stands that should not, and the entry has what was read until there.
 */
bool parse_line(const char *text, size_t len, bool strict, struct entry *e, size_t *bad);

/* The key of this name; KEYS if there is none. */
enum key key_of(struct span name);

/* repair.c */

/*
 * Put together a record that something else stands in the midst of: `text` begins with the mark
 * and goes on behind the damage, the first word that should not be there stands at `bad`. `ok` may
 * say no to what looks whole. Returns how much of the text it took, with the line in `out`; or 0 if
 * there is none, or with `*several` more than one that it may have been.
 */
size_t repair(const char *text, size_t len, size_t bad,
	      bool (*ok)(void *context, const struct entry *e), void *context, char out[LONGEST],
	      bool *several);

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

#endif
