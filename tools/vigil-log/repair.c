// SPDX-License-Identifier: BSD-2-Clause
/*
 * On several CPUs the guest can print into the midst of a record. One piece of foreign text, its
 * line ends included, is looked for that leaves a whole record when taken out.
 */
#include <string.h>
#include "vlog.h"

/* So many bytes before the first bad word may be foreign and look well. */
#define BACK 24
#define WORD 72 /* no word of a record is longer */

struct search {
	const char *text;
	bool (*ok)(void *context, const struct entry *e);
	void *context;
	char *found;
	size_t found_len, took;
	bool several;
};

/* Without [from, to), up to `end`. Returns false once there is more than one answer. */
static bool attempt(struct search *s, size_t from, size_t to, size_t end)
{
	char joined[LOOKAHEAD * 2];
	size_t len = from + end - to, bad;
	struct entry e;

	if (len >= sizeof(joined))
		return true;
	memcpy(joined, s->text, from);
	memcpy(joined + from, s->text + to, end - to);
	if (!parse_line(joined, len, true, &e, &bad) || e.type != LINE_RECORD ||
	    !s->ok(s->context, &e))
		return true;
	if (s->found_len && (s->found_len != len || memcmp(s->found, joined, len))) {
		s->several = true;
		return false;
	}
	memcpy(s->found, joined, len);
	s->found[len] = '\0';
	s->found_len = len;
	s->took = end;
	return true;
}

/* A word as one of a record's: bare, or by the key that it has. */
static enum key word_key(const char *p, size_t len)
{
	const char *equals = memchr(p, '=', len);

	if (!equals)
		return len <= 7 && span_only((struct span){p, (int)len}, "") ? K_C : KEYS;
	return key_of((struct span){p, (int)(equals - p)});
}

/*
 * The tail of the record is whole words whose keys are in order, and the end of one more before
 * them: how far back can it reach?
 */
static size_t tail_from(const char *text, size_t end)
{
	enum key next = KEYS;
	size_t at = end;

	for (;;) {
		size_t word = at;
		enum key key;

		while (word && text[word - 1] > ' ' && text[word - 1] <= '~')
			word--;
		key = word_key(text + word, at - word);
		if (key >= next && !(key == K_C && next == K_C))
			return word;
		next = key;
		if (!word || text[word - 1] != ' ')
			return word;
		at = word - 1;
	}
}

/* The record's last line ends here. */
static bool attempts(struct search *s, size_t bad, size_t end)
{
	size_t first = bad > BACK + MARK_LEN + 2 ? bad - BACK : MARK_LEN + 2;
	size_t last = bad, tail = tail_from(s->text, end);

	/* The foreign text begins in the bad word, or right behind it, at the latest. */
	while (last < end && last - bad < WORD && s->text[last] > ' ' && s->text[last] <= '~')
		last++;
	for (size_t from = first; from <= last && from < end; from++)
		for (size_t to = from < tail ? tail : from + 1; to <= end; to++)
			if (!attempt(s, from, to, end))
				return false;
	return true;
}

size_t repair(const char *text, size_t len, size_t bad,
	      bool (*ok)(void *context, const struct entry *e), void *context, char out[LONGEST],
	      bool *several)
{
	struct search s = {.text = text, .ok = ok, .context = context, .found = out};
	unsigned lines = 0;

	if (len > LOOKAHEAD * 2)
		len = LOOKAHEAD * 2;
	for (size_t at = MARK_LEN; at < len && lines < 4 && !s.found_len; at++) {
		size_t end = at;

		if (text[at] != '\n')
			continue;
		lines++;
		while (text[end - 1] == '\r')
			end--;
		/* Foreign text is what is before the line's end, or all of a line but that. */
		if (end >= bad && !attempts(&s, bad, end))
			break;
	}
	*several = s.several;
	return s.several ? 0 : s.took;
}
