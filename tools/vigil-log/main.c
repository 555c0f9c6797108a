// SPDX-License-Identifier: BSD-2-Clause
/* vigil-log: Vigil's audit log, out of captures of the serial port. */
#include <string.h>
#include <unistd.h>
#include "command.h"

struct run {
	struct options options;
	struct tracker tracker;
	const struct output *output;
};

static void on_entry(void *context, struct entry *e, struct boot *b)
{
	struct run *r = context;

	if (r->output->entry && filter_passes(&r->options.filter, e))
		r->output->entry(&r->options, e, b);
}

static void on_found(void *context, enum finding what, const struct boot *b, const struct entry *e,
		     const char *text)
{
	struct run *r = context;

	if (r->output->found)
		r->output->found(&r->options, what, b, e, text);
}

static void on_boot_end(void *context, struct boot *b)
{
	struct run *r = context;

	if (r->output->boot_end)
		r->output->boot_end(&r->options, b);
}

static void flush(void)
{
	if (fflush(stdout))
		die("cannot write: %m");
}

static const struct output *choose(const struct options *o)
{
	static const struct output *const formats[FORMATS] = {
		&text_output, &json_output, &chrome_output, &cef_output, &syslog_output};

	switch (*o->command) {
	case 'v':
		return &verify_output;
	case 's':
		return &summary_output;
	case 'r':
		return strcmp(o->command, "report") ? &replay_output : &report_output;
	default:
		return formats[o->format];
	}
}

int main(int argc, char **argv)
{
	static struct run r;
	static struct scanner scanner;
	int code = EXIT_OK;

	options_read(argc, argv, &r.options);
	r.output = choose(&r.options);
	if (r.options.has_key)
		r.tracker.chain = chain_new(&r.options.key, r.options.steps);
	if (r.output->check)
		r.output->check(&r.options);
	input_check(&r.options);
	if (r.options.output && !freopen(r.options.output, "w", stdout))
		die("%s: %m", r.options.output);
	if (!r.options.file_count && isatty(STDIN_FILENO))
		warn("reading the terminal; --help tells more");
	r.tracker.found = on_found;
	r.tracker.sink = on_entry;
	r.tracker.boot_end = on_boot_end;
	r.tracker.context = &r;
	scanner.sink = track;
	scanner.plausible = track_plausible;
	scanner.tagged = track_tagged;
	scanner.context = &r.tracker;
	if (r.output->begin)
		r.output->begin(&r.options);
	input_run(&r.options, &scanner, flush);
	track_end(&r.tracker);
	if (r.output->end)
		code = r.output->end(&r.options, &r.tracker);
	if (!r.tracker.lines) {
		warn("no line of Vigil's log in what was read");
		code = EXIT_NO_LOG;
	}
	scan_free(&scanner);
	chain_free(r.tracker.chain);
	flush();
	if (fclose(stdout))
		die("cannot write: %m");
	return code;
}
