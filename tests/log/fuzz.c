// SPDX-License-Identifier: BSD-2-Clause
/*
 * libFuzzer's way into vigil-log: any bytes as a console, with a key and without, in pieces and at
 * once. Beside what the sanitizers find, the lines must not depend on where a piece ended, what is
 * taken for whole must be so when read again, and all outputs must take it.
 */
#include <stdlib.h>
#include <string.h>
#include "command.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* replay.c is beyond this: it is the monitor's code, which has tests of its own. */
void replay_list(FILE *to)
{
	(void)to;
}

const struct output replay_output;

static const struct siphash_key key = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};

static const struct output *const outputs[] = {&text_output,	&json_output,	&chrome_output,
					       &cef_output,	&syslog_output, &verify_output,
					       &summary_output, &report_output};

static struct options options = {.command = "print", .top = 3, .colour = true, .has_epoch = true};
static const struct output *output;

struct seen {
	struct tracker tracker;
	uint64_t sum, count;
};

static void add(struct seen *s, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len--)
		s->sum = (s->sum ^ *p++) * 0x100000001b3;
}

static void sink(void *context, struct entry *e, struct boot *b)
{
	struct seen *s = context;
	struct entry again;
	size_t bad;

	if (e->text[e->len] || memcmp(e->text, MARK, MARK_LEN) || e->line < 1)
		abort();
	if (e->state != DAMAGED &&
	    (!parse_line(e->text, e->len, false, &again, &bad) || again.seq != e->seq))
		abort();
	s->count++;
	add(s, e->text, e->len);
	add(s, &e->line, sizeof(e->line));
	add(s, &e->state, sizeof(e->state));
	add(s, &e->auth, sizeof(e->auth));
	if (output && output->entry && filter_passes(&options.filter, e))
		output->entry(&options, e, b);
}

static void found(void *context, enum finding what, const struct boot *b, const struct entry *e,
		  const char *text)
{
	struct seen *s = context;

	add(s, text, strlen(text));
	if (output && output->found)
		output->found(&options, what, b, e, text);
}

static void boot_end(void *context, struct boot *b)
{
	(void)context;
	if (output && output->boot_end)
		output->boot_end(&options, b);
}

static struct seen run(const uint8_t *data, size_t size, size_t piece, bool keyed)
{
	struct seen s = {.tracker = {.found = found, .sink = sink, .boot_end = boot_end}};
	struct scanner scanner = {.sink = track,
				  .plausible = track_plausible,
				  .tagged = track_tagged,
				  .context = &s.tracker};

	s.tracker.context = &s;
	if (keyed)
		s.tracker.chain = chain_new(&key, 5000);
	if (output && output->begin)
		output->begin(&options);
	for (size_t at = 0; at < size; at += piece)
		scan(&scanner, (const char *)data + at, size - at < piece ? size - at : piece,
		     MORE);
	scan(&scanner, NULL, 0, END);
	track_end(&s.tracker);
	if (output && output->end)
		output->end(&options, &s.tracker);
	scan_free(&scanner);
	chain_free(s.tracker.chain);
	return s;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (!freopen("/dev/null", "w", stdout))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole, pieces;

	if (size < 2)
		return 0;
	options.filter = (struct filter){.until = UINT64_MAX, .kinds = data[0] >> 6 ? 0 : 3};
	output = outputs[data[0] % COUNT(outputs)];
	whole = run(data + 2, size - 2, size, data[0] & 8);
	output = NULL;
	pieces = run(data + 2, size - 2, 1 + data[1], data[0] & 8);
	if (whole.sum != pieces.sum || whole.count != pieces.count)
		abort();
	return 0;
}
