// SPDX-License-Identifier: BSD-2-Clause
/* One line: a record, or one of the others. */
#include <string.h>
#include "vlog.h"

/* Of the others only what is looked at has to be there. */
static bool parse_other(struct entry *e, size_t *bad)
{
	static const struct {
		const char *word;
		enum type type;
		const char *keys[4], *numbers[5];
	} known[] = {
		{"boot", LINE_BOOT, {"version", "policies"}, {"hz"}},
		{"stats", LINE_STATS, {NULL}, {"events", "repeats", "dropped", "high"}},
		{"halt", LINE_HALT, {NULL}, {"cpu"}},
		{"off", LINE_OFF, {NULL}, {NULL}},
		{"operator", LINE_OPERATOR, {"t", "key"}, {NULL}},
		{"state", LINE_STATE, {"guest", "mode", "silent"}, {NULL}},
		{"count", LINE_COUNT, {NULL}, {"events"}},
	};
	const char *p = e->text + MARK_LEN, *end = e->text + e->len;
	const char *space = memchr(p, ' ', (size_t)(end - p));
	struct span s;

	e->word = (struct span){p, (int)((space ? space : end) - p)};
	/* The one line whose word is its first key as well. */
	if (field(e, "version").p == p + strlen("version="))
		e->word.len = (int)strlen("version");
	e->type = LINE_OTHER;
	*bad = MARK_LEN;
	if (!span_only(e->word, "-_"))
		return false;
	s = field(e, "t");
	if (s.len >= 0 && parse_time(s, e))
		e->keys |= 1u << K_T;
	/* The tag is the last field, or none. */
	s = field(e, "mac");
	if (s.len >= 0) {
		if (s.p + s.len != end || s.len != 16 || !parse_hex(s.p, 16, &e->mac))
			return false;
		e->keys |= 1u << K_MAC;
	}
	for (size_t i = 0; i < COUNT(known); i++) {
		if (!span_is(e->word, known[i].word))
			continue;
		e->type = known[i].type;
		for (const char *const *key = known[i].keys; *key; key++)
			if (field(e, *key).len < 1)
				return false;
		for (const char *const *key = known[i].numbers; *key; key++)
			if (field_number(e, *key, 10, UINT64_MAX) > UINT32_MAX)
				return false;
	}
	return true;
}

bool parse_line(const char *text, size_t len, bool strict, struct entry *e, size_t *bad)
{
	bool good;

	memset(e, 0, sizeof(*e));
	e->text = text;
	e->len = len;
	*bad = 0;
	if (len >= MARK_LEN + 2 && !memcmp(text + MARK_LEN, "s=", 2))
		good = parse_record(e, strict, bad);
	else
		good = len > MARK_LEN && parse_other(e, bad);
	e->state = good ? WHOLE : DAMAGED;
	return good;
}
