// SPDX-License-Identifier: BSD-2-Clause
/* A console's bytes, in pieces of any size, and the lines of the log among them. */
#include <stdlib.h>
#include <string.h>
#include "vlog.h"

/* What is done with. `data` moves on through the buffer, and is put back to its start at times. */
static void drop(struct scanner *s, size_t n)
{
	for (const char *p = s->data, *end = p + n; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		s->line++;
	s->len -= n;
	s->data += n;
}

static void append(struct scanner *s, const char *data, size_t len)
{
	if (s->len && s->data != s->buffer)
		memmove(s->buffer, s->data, s->len);
	if (s->size < s->len + len) {
		s->size = (s->len + len) * 2;
		s->buffer = grow(s->buffer, s->size);
	}
	s->data = s->buffer;
	if (len)
		memcpy(s->data + s->len, data, len);
	s->len += len;
}

static size_t find_mark(const char *p, size_t len)
{
	const char *at = memmem(p, len, MARK, MARK_LEN);

	return at ? (size_t)(at - p) : len;
}

static bool always(void *context, const struct entry *e)
{
	(void)context;
	(void)e;
	return true;
}

/* The text of this entry is to end in a NUL: it goes to a place of its own. */
static bool read_line(struct scanner *s, size_t len, struct entry *e, size_t *bad)
{
	if (len >= LONGEST)
		len = LONGEST - 1;
	memcpy(s->fixed, s->data, len);
	s->fixed[len] = '\0';
	return parse_line(s->fixed, len, false, e, bad);
}

/* Returns how much of the data the line took that the data begins with, or 0: more is needed. */
static size_t one(struct scanner *s, enum more more)
{
	size_t next = MARK_LEN + find_mark(s->data + MARK_LEN, s->len - MARK_LEN);
	char *newline = memchr(s->data, '\n', next);
	size_t end = newline ? (size_t)(newline - s->data) : next, text = MARK_LEN, bad, took;
	struct entry e;

	if (!newline && next == s->len && more != END && s->len < LONGEST)
		return 0;
	while (text < end && text < LONGEST - 1 && s->data[text] >= ' ' && s->data[text] <= '~')
		text++;
	if (read_line(s, text, &e, &bad) &&
	    (e.type != LINE_RECORD || !s->plausible || s->plausible(s->context, &e))) {
		e.cut = !newline && next == s->len && !HAS(&e, K_MAC);
		if (e.cut)
			e.state = DAMAGED;
		e.line = s->line + 1;
		s->sink(s->context, &e);
		return text;
	}
	/* The rest of it may be behind what stands in its midst. */
	if (e.type == LINE_RECORD && next == s->len && s->len < end + LOOKAHEAD && more == MORE)
		return 0;
	if (e.type == LINE_RECORD && newline) {
		bool (*ok)(void *, const struct entry *) = s->plausible ? s->plausible : always;
		bool several;

		took = repair(s->data, next, bad, ok, s->context, s->fixed, &several);
		/* Of several that look well, one may have the right tag. */
		if (several && s->tagged)
			took = repair(s->data, next, bad, s->tagged, s->context, s->fixed,
				      &several);
		if (took && parse_line(s->fixed, strlen(s->fixed), true, &e, &bad)) {
			e.state = REPAIRED;
			e.line = s->line + 1;
			s->sink(s->context, &e);
			return took;
		}
		read_line(s, text, &e, &bad);
	}
	e.state = DAMAGED;
	e.cut = !newline && next == s->len;
	e.line = s->line + 1;
	s->sink(s->context, &e);
	return text;
}

void scan(struct scanner *s, const char *data, size_t len, enum more more)
{
	append(s, data, len);
	for (;;) {
		size_t mark = s->len ? find_mark(s->data, s->len) : 0, took;

		if (mark == s->len) {
			/* The end of it may be the beginning of a mark. */
			size_t keep = more == END ? 0 : MARK_LEN - 1;

			if (mark > keep)
				drop(s, mark - keep);
			break;
		}
		drop(s, mark);
		took = one(s, more);
		if (!took)
			break;
		drop(s, took);
	}
	if (more == END)
		s->len = 0;
}

void scan_free(struct scanner *s)
{
	free(s->buffer);
	s->buffer = s->data = NULL;
	s->len = s->size = 0;
}
