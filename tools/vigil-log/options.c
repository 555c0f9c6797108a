// SPDX-License-Identifier: BSD-2-Clause
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "options.h"

static const struct option long_options[] = {
	{"format", required_argument, NULL, O_FORMAT},
	{"json", no_argument, NULL, 'j'},
	{"output", required_argument, NULL, 'o'},
	{"follow", no_argument, NULL, 'f'},
	{"key", required_argument, NULL, 'k'},
	{"key-file", required_argument, NULL, 'K'},
	{"symbols", required_argument, NULL, 's'},
	{"kind", required_argument, NULL, O_KIND},
	{"cpu", required_argument, NULL, O_CPU},
	{"verdict", required_argument, NULL, O_VERDICT},
	{"policy", required_argument, NULL, O_POLICY},
	{"addr", required_argument, NULL, O_ADDR},
	{"pc", required_argument, NULL, O_PC},
	{"call", required_argument, NULL, O_CALL},
	{"since", required_argument, NULL, O_SINCE},
	{"until", required_argument, NULL, O_UNTIL},
	{"boot", required_argument, NULL, O_BOOT},
	{"authentic", no_argument, NULL, O_AUTHENTIC},
	{"color", required_argument, NULL, O_COLOR},
	{"colour", required_argument, NULL, O_COLOR},
	{"epoch", required_argument, NULL, O_EPOCH},
	{"hostname", required_argument, NULL, O_HOSTNAME},
	{"top", required_argument, NULL, O_TOP},
	{"steps", required_argument, NULL, O_STEPS},
	{"allow-dropped", no_argument, NULL, O_DROPPED},
	{"use", required_argument, NULL, O_USE},
	{"quiet", no_argument, NULL, 'q'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const char *const commands[] = {"print", "verify", "summary", "report", "replay"};
static const char *const formats[FORMATS] = {"text", "json", "chrome", "cef", "syslog"};

/* The board's 0 on the wall's clock: seconds since 1970, or 2026-11-21T14:00:00Z. */
static double read_epoch(const char *text)
{
	struct tm tm = {0};
	char *end;
	double v = strtod(text, &end);

	if (end != text && !*end && v >= 0 && v < 1e11)
		return v;
	end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (!end || *end)
		die("--epoch: '%s' is neither seconds since 1970 nor like 2026-11-21T14:00:00Z",
		    text);
	return (double)timegm(&tm);
}

/* As RFC 5424 has it. */
static const char *read_hostname(const char *name)
{
	size_t len = 0;

	while (name[len] > ' ' && name[len] <= '~')
		len++;
	if (name[len] || len < 1 || len > 255)
		die("--hostname: give 1 to 255 printable ASCII characters without spaces");
	return name;
}

static bool read_colour(const char *when)
{
	if (!strcmp(when, "always"))
		return true;
	if (!strcmp(when, "auto"))
		return isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	if (strcmp(when, "never"))
		die("--color: '%s' is not auto, always or never", when);
	return false;
}

static void take_option(int option, const char *arg, struct options *o)
{
	unsigned format = 0;

	switch (option) {
	case O_FORMAT:
		while (format < FORMATS && strcmp(arg, formats[format]))
			format++;
		if (format == FORMATS)
			die("--format: '%s' is not known", arg);
		o->format = (enum format)format;
		break;
	case 'j':
		o->format = FORMAT_JSON;
		break;
	case 'o':
		o->output = arg;
		break;
	case 'f':
		o->follow = true;
		break;
	case 'k':
		if (!read_key(arg, &o->key))
			die("--key: a key is 32 hexadecimal digits");
		o->has_key = true;
		break;
	case 'K':
		read_key_file(arg, &o->key);
		o->has_key = true;
		break;
	case O_COLOR:
		o->colour = read_colour(arg);
		break;
	case O_EPOCH:
		o->epoch = read_epoch(arg);
		o->has_epoch = true;
		break;
	case O_HOSTNAME:
		o->hostname = read_hostname(arg);
		break;
	case O_TOP:
		o->top = (unsigned)read_number("top", arg, 1);
		break;
	case O_STEPS:
		o->steps = read_number("steps", arg, 0);
		break;
	case O_DROPPED:
		o->allow_dropped = true;
		break;
	case O_USE:
		o->policies = arg;
		break;
	case 'q':
		o->quiet = true;
		break;
	default:
		take_filter(option, arg, &o->filter);
	}
}

/* A FILE has no '=' with a '.' before it, or is written ./FILE. */
static bool is_setting(const char *word)
{
	const char *equals = strchr(word, '='), *dot = strchr(word, '.');

	return equals && dot && dot < equals && !memchr(word, '/', (size_t)(equals - word));
}

static void take_words(char **words, int count, struct options *o)
{
	o->files = grow(NULL, ((size_t)count + 1) * sizeof(*o->files));
	o->settings = grow(NULL, ((size_t)count + 1) * sizeof(*o->settings));
	for (int i = 0; i < count; i++) {
		bool command = false;

		for (size_t c = 0; !i && c < COUNT(commands); c++)
			if (!strcmp(words[i], commands[c])) {
				o->command = commands[c];
				command = true;
			}
		if (command)
			continue;
		if (!strcmp(o->command, "replay") && is_setting(words[i]))
			o->settings[o->setting_count++] = words[i];
		else
			o->files[o->file_count++] = words[i];
	}
}

void options_read(int argc, char **argv, struct options *o)
{
	static const char shorts[] = "jo:fk:K:s:qhV";
	int option;

	*o = (struct options){.command = "print", .top = 10, .steps = 1000000, .hostname = "-"};
	o->filter.until = UINT64_MAX;
	o->colour = read_colour("auto");
	/* Names in ranges need the symbols, wherever those are given. */
	while ((option = getopt_long(argc, argv, shorts, long_options, NULL)) != -1)
		if (option == 's')
			symbols_load(optarg);
		else if (option == '?')
			exit(EXIT_TROUBLE);
	optind = 0;
	while ((option = getopt_long(argc, argv, shorts, long_options, NULL)) != -1) {
		if (option == 'h') {
			usage(stdout);
			exit(EXIT_OK);
		}
		if (option == 'V') {
			printf("vigil-log %s\n", VIGIL_VERSION);
			exit(EXIT_OK);
		}
		if (option != 's')
			take_option(option, optarg, o);
	}
	take_words(argv + optind, argc - optind, o);
	if (o->follow && o->file_count > 1)
		die("--follow takes one file");
	if (o->follow && (!strcmp(o->command, "report") || !strcmp(o->command, "replay")))
		die("%s needs a whole log: --follow is not for it", o->command);
	if (o->format > FORMAT_JSON && strcmp(o->command, "print"))
		die("--format=%s is for print", formats[o->format]);
	if (o->format == FORMAT_JSON &&
	    (!strcmp(o->command, "report") || !strcmp(o->command, "replay")))
		die("--format=json is not for %s", o->command);
}
