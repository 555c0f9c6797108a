// SPDX-License-Identifier: BSD-2-Clause
/*
 * On several CPUs the guest can print into the midst of a record. One piece of foreign text, its
 * line ends included, is looked for that leaves a whole record when taken out.
 */
#include <string.h>
#include "vlog.h"

/* So many bytes before the first bad word may be foreign and look well. */
#define BACK 24

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

/* The record's last line ends here. */
static bool attempts(struct search *s, size_t bad, size_t end)
{
	size_t last = bad, first = bad > BACK + MARK_LEN + 2 ? bad - BACK : MARK_LEN + 2;
	size_t stop = end;

	while (stop > MARK_LEN && (s->text[stop - 1] == '\r' || s->text[stop - 1] == '\n'))
		stop--;
	/* The foreign text begins in the bad word or behind it, at the latest. */
	while (last < stop && s->text[last] > ' ' && s->text[last] < 0x7f)
		last++;
	for (size_t from = first; from <= last && from < stop; from++)
		for (size_t to = from + 1; to <= stop; to++) {
			/* What is left must have no other control character in it. */
			if (to < stop && (s->text[to] < ' ' || s->text[to] > '~'))
				continue;
			if (!attempt(s, from, to, stop))
				return false;
		}
	return true;
}

/* From here on all is printable: where the tail of the record may begin. */
static size_t printable_from(const char *text, size_t end)
{
	while (end && text[end - 1] >= ' ' && text[end - 1] <= '~')
		end--;
	return end;
}

size_t repair(const char *text, size_t len, size_t bad,
	      bool (*ok)(void *context, const struct entry *e), void *context, char out[LONGEST])
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
		while (end && text[end - 1] == '\r')
			end--;
		if (printable_from(text, end) >= end)
			continue;
		if (!attempts(&s, bad, end))
			return 0;
	}
	return s.several ? 0 : s.took;
}
