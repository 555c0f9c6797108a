/* SPDX-License-Identifier: BSD-2-Clause */
/* What a command is told, and what it does with the lines. */
#ifndef COMMAND_H
#define COMMAND_H

#include "track.h"

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

/* Before the output is emptied: all files can be read, and none of them is the output. */
void input_check(const struct options *o);

/* Read all files into the scanner; with `follow`, until a signal comes. */
void input_run(const struct options *o, struct scanner *s, void (*flush)(void));

/* Outputs. Each command has these; NULL is nothing to do. */
struct output {
	void (*check)(const struct options *o); /* of the options, before there is an output */
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
