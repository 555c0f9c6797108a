// SPDX-License-Identifier: BSD-2-Clause
/* What options are given: keys, numbers, lists; and the text of --help. */
#include <stdlib.h>
#include <string.h>
#include "options.h"

void usage(FILE *to)
{
	fprintf(to,
		"usage: vigil-log [COMMAND] [OPTION...] [FILE...]\n"
		"Read Vigil's audit log out of captures of the serial port, or of standard "
		"input.\n\n"
		"  print      the lines, for people or with --format for programs; the default\n"
		"  verify     check sequence, tags and boots; exits with 1 if anything is wrong\n"
		"  summary    counts, rates and losses\n"
		"  report     one HTML page\n"
		"  replay     which verdicts policies would change: POLICY.KEY=VALUE sets "
		"options\n\n"
		"  -f, --follow           go on as the file grows\n"
		"  -o, --output=FILE      write there\n"
		"  --format=FORMAT        text, json, chrome, cef, syslog; -j is json\n"
		"  -k, --key=HEX          the board's key; -K, --key-file=FILE: in a file\n"
		"  -s, --symbols=FILE     a System.map, kallsyms or vmlinux\n"
		"  --kind= --cpu= --verdict= --policy= --call= --addr= --pc= --since= --until=\n"
		"  --boot= --authentic    print, count or replay only these\n"
		"  --color=WHEN  --top=N  --epoch=TIME  --hostname=NAME  --steps=N\n"
		"  --allow-dropped  --use=POLICIES  -q, --quiet  -h, --help  -V, --version\n\n");
	replay_list(to);
	fprintf(to, "The manual page vigil-log(1) has the rest.\n");
}

/* Items of a list of names, as bits. */
static unsigned read_bits(const char *option, const char *list, const char *const *names,
			  unsigned count)
{
	unsigned bits = 0;

	for (const char *p = list;; p++) {
		struct span item = {p, (int)strcspn(p, ",")};
		unsigned i = 0;

		while (i < count && !span_is(item, names[i]))
			i++;
		if (i == count)
			die("--%s: '%.*s' is not known", option, SPAN(item));
		bits |= 1u << i;
		p += item.len;
		if (!*p)
			return bits;
	}
}

uint64_t read_number(const char *option, const char *text, uint64_t least)
{
	uint64_t v;

	if (!parse_dec(text, (int)strnlen(text, 32), &v) || v < least)
		die("--%s: '%s' is not a number%s", option, text, least ? " from 1" : "");
	return v;
}

static uint64_t read_seconds(const char *option, const char *text)
{
	char *end;
	double v = strtod(text, &end);

	if (end == text || *end || !(v >= 0 && v < 1e12))
		die("--%s: '%s' is not a time in seconds", option, text);
	return (uint64_t)(v * 1e6 + 0.5);
}

bool read_key(const char *text, struct siphash_key *key)
{
	if (strlen(text) != 32 || strspn(text, "0123456789abcdefABCDEF") != 32)
		return false;
	for (int i = 0; i < 16; i++) {
		char digits[3] = {text[i * 2], text[i * 2 + 1]};

		key->byte[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return true;
}

void read_key_file(const char *path, struct siphash_key *key)
{
	FILE *f = fopen(path, "rb");
	char text[64] = "";
	size_t len;

	if (!f)
		die("%s: %m", path);
	len = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	if (len == 16) {
		memcpy(key->byte, text, 16);
		return;
	}
	text[strcspn(text, "\r\n")] = '\0';
	if (!read_key(text, key))
		die("%s: a key is 32 hexadecimal digits, or 16 bytes", path);
}

void take_filter(int option, const char *arg, struct filter *f)
{
	static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
	const char *ranges = option == O_PC ? "pc" : "addr";

	switch (option) {
	case O_KIND:
		f->kinds = read_bits("kind", arg, kind_names, KINDS);
		break;
	case O_CPU:
		f->cpus = read_bits("cpu", arg, digits, COUNT(digits));
		break;
	case O_VERDICT:
		f->verdicts = read_bits("verdict", arg, outcome_names, OUTS);
		break;
	case O_POLICY:
		f->policies = arg;
		break;
	case O_CALL:
		f->calls = arg;
		break;
	case O_SINCE:
		f->since = read_seconds("since", arg);
		break;
	case O_UNTIL:
		f->until = read_seconds("until", arg);
		break;
	case O_BOOT:
		f->boot = (unsigned)read_number("boot", arg, 1);
		break;
	case O_AUTHENTIC:
		f->authentic = true;
		break;
	default:
		if (!filter_ranges(arg, symbols_loaded(), f, option == O_PC))
			die("--%s: '%s' is no list of ranges like 9010000+1000%s", ranges, arg,
			    symbols_loaded() ? " or names of symbols" : "; names need --symbols");
	}
}
