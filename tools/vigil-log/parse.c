// SPDX-License-Identifier: BSD-2-Clause
/* A record, word by word. */
#include <string.h>
#include "vlog.h"

static bool hex_field(struct span s, int least, int most, uint64_t *out)
{
	/* What is wider than it need be has no zero in front. */
	if (s.len < least || s.len > most || (s.len > least && *s.p == '0'))
		return false;
	return parse_hex(s.p, s.len, out);
}

static bool hex32(struct span s, int least, uint32_t *out)
{
	uint64_t v;

	if (!hex_field(s, least, 8, &v))
		return false;
	*out = (uint32_t)v;
	return true;
}

bool parse_time(struct span s, struct entry *e)
{
	const char *dot = s.len > 0 ? memchr(s.p, '.', (size_t)s.len) : NULL;
	uint64_t whole, micro;

	if (!dot || s.p + s.len - dot != 7 || !parse_dec(s.p, (int)(dot - s.p), &whole) ||
	    !parse_dec(dot + 1, 6, &micro) || whole > UINT32_MAX)
		return false;
	e->usec = whole * 1000000 + micro;
	return true;
}

static bool parse_pc(struct span s, struct entry *e)
{
	if (s.len < 10 || s.len > 12 || s.p[8] != '/' || !hex32((struct span){s.p, 8}, 8, &e->pc))
		return false;
	e->mode = (struct span){s.p + 9, s.len - 9};
	return span_is(e->mode, "?") || (e->mode.len == 3 && span_only(e->mode, ""));
}

static bool parse_args(struct span s, struct entry *e)
{
	const char *end = s.p + s.len;

	for (const char *p = s.p; p <= end; p++) {
		const char *comma = p < end ? memchr(p, ',', (size_t)(end - p)) : NULL;
		struct span item = {p, (int)((comma ? comma : end) - p)};

		if (e->arg_count == COUNT(e->args) || !hex32(item, 1, &e->args[e->arg_count]))
			return false;
		e->arg_count++;
		p += item.len;
	}
	return e->arg_count == (e->kind == KIND_CALL ? 3u : 7u);
}

static bool parse_outcome(struct span s, enum outcome *out)
{
	for (int i = 0; i < OUTS; i++)
		if (span_is(s, outcome_names[i])) {
			*out = (enum outcome)i;
			return true;
		}
	return false;
}

static bool parse_value(struct entry *e, enum key key, struct span s)
{
	bool address = e->kind <= KIND_MEM;
	uint64_t cpu;

	switch (key) {
	case K_S:
		return hex32(s, 1, &e->seq) && e->seq;
	case K_T:
		return parse_time(s, e);
	case K_C:
		e->cpu = s.len == 1 && parse_dec(s.p, 1, &cpu) ? (unsigned)cpu : 8;
		return e->cpu < 8;
	case K_WOULD:
		return parse_outcome(s, &e->would) && e->would != e->verdict;
	case K_PC:
		return parse_pc(s, e);
	case K_VA:
		return address && hex32(s, 8, &e->va);
	case K_IPA:
		return address && hex_field(s, 8, 10, &e->ipa);
	case K_REG:
		e->reg = s;
		return e->kind == KIND_SYSREG && span_only(s, "_");
	case K_VAL:
		return e->kind <= KIND_SYSREG &&
		       (address ? s.len == (int)e->size * 2 && parse_hex(s.p, s.len, &e->val)
				: hex_field(s, 8, 16, &e->val));
	case K_OLD:
		return e->kind == KIND_SYSREG && hex_field(s, 8, 16, &e->old);
	case K_NR:
		return e->kind >= KIND_SYSCALL && hex32(s, 8, &e->nr);
	case K_CALL:
		e->call = s;
		return e->kind == KIND_SYSCALL && span_only(s, "_");
	case K_ARGS:
		return e->kind >= KIND_SYSCALL && parse_args(s, e);
	case K_WHY:
		e->why = s;
		return address && (span_is(s, "absent") || span_is(s, "walk"));
	case K_TT:
		return hex_field(s, 8, 16, &e->tt);
	case K_CTX:
		return hex32(s, 8, &e->ctx);
	case K_TP:
		return hex32(s, 8, &e->tp);
	case K_BY:
		e->by = s;
		return span_only(s, "-_");
	case K_N:
		return parse_dec(s.p, s.len, &e->n) && e->n > 1 && e->n <= UINT32_MAX &&
		       *s.p != '0';
	case K_MAC:
		return s.len == 16 && parse_hex(s.p, 16, &e->mac);
	default:
		return false;
	}
}

static bool parse_access(struct entry *e, struct span s)
{
	e->access = s;
	if (e->kind == KIND_SYSCALL)
		return span_is(s, "svc") || span_is(s, "vector");
	if (e->kind == KIND_CALL)
		return span_is(s, "smc") || span_is(s, "hvc");
	if (s.len != 2 || !strchr("rwx", s.p[0]) || !strchr("01248", s.p[1]))
		return false;
	e->size = (unsigned)(s.p[1] - '0');
	return true;
}

/* The three words without a key, behind c=. */
static bool parse_bare(struct entry *e, unsigned which, struct span s)
{
	if (which == 1)
		return parse_access(e, s);
	if (which == 2) {
		bool good = parse_outcome(s, &e->verdict);

		e->would = e->verdict;
		return good;
	}
	for (int i = 0; i < KINDS; i++)
		if (span_is(s, kind_names[i])) {
			e->kind = (enum kind)i;
			return true;
		}
	return false;
}

/* Strict: an access has its value, unless there can be none. */
static bool is_whole(const struct entry *e, bool strict)
{
	static const uint32_t always = 1u << K_S | 1u << K_T | 1u << K_C | 1u << K_PC | 1u << K_TT |
				       1u << K_CTX | 1u << K_TP | 1u << K_BY;
	static const uint32_t by_kind[KINDS] = {
		1u << K_VA | 1u << K_IPA,
		1u << K_VA | 1u << K_IPA,
		1u << K_REG | 1u << K_VAL | 1u << K_OLD,
		1u << K_NR | 1u << K_ARGS,
		1u << K_NR | 1u << K_ARGS,
	};
	uint32_t want = always | by_kind[e->kind];

	if (strict && e->kind <= KIND_MEM && e->size && *e->access.p != 'x' &&
	    !(HAS(e, K_WHY) && span_is(e->why, "absent")))
		want |= 1u << K_VAL;
	return (e->keys & want) == want;
}

enum key key_of(struct span name)
{
	static const char *const names[KEYS] = {
		"s",  "t",    "c",    "would", "pc", "va",  "ipa", "reg", "val", "old",
		"nr", "call", "args", "why",   "tt", "ctx", "tp",  "by",  "n",	 "mac",
	};
	unsigned k = 0;

	while (k < KEYS && !span_is(name, names[k]))
		k++;
	return k;
}

static bool parse_word(struct entry *e, struct span word, enum key *next, unsigned *bare,
		       bool strict)
{
	const char *equals = memchr(word.p, '=', (size_t)word.len);
	struct span name = {word.p, equals ? (int)(equals - word.p) : 0}, value;
	enum key k;

	if (*next == K_WOULD && *bare < 3)
		return parse_bare(e, (*bare)++, word);
	if (!equals)
		return false;
	value = (struct span){equals + 1, word.len - name.len - 1};
	k = key_of(name);
	if (k < KEYS) {
		/* The first three are always there, and what is there is in order. */
		if (k < *next || (*next < K_WOULD && k != *next) || !parse_value(e, k, value))
			return false;
		e->keys |= 1u << k;
		*next = k + 1;
		return true;
	}
	return !strict && *next >= K_WOULD && span_only(name, "_-") && value.len > 0;
}

bool parse_record(struct entry *e, bool strict, size_t *bad)
{
	const char *p = e->text + MARK_LEN, *end = e->text + e->len;
	enum key next = K_S;
	unsigned bare = 0;

	e->type = LINE_RECORD;
	e->word = (struct span){"record", 6};
	e->n = 1;
	while (p <= end) {
		const char *space = memchr(p, ' ', (size_t)(end - p));
		struct span word = {p, (int)((space ? space : end) - p)};

		if (!parse_word(e, word, &next, &bare, strict)) {
			*bad = (size_t)(p - e->text);
			return false;
		}
		p += word.len + 1;
	}
	*bad = e->len;
	return is_whole(e, strict);
}
