// SPDX-License-Identifier: BSD-2-Clause
#include "audit.h"
#include "lib.h"
#include "monitor.h"
#include "options.h"

static char text[OPTIONS_MAX];
const char *option_withhold = "";
const char *options_text = "";

struct choice {
	const char *key;
	const char *value;
	u32 *set;
	u32 to;
};

static u32 dry_run, overflow;

static const struct choice choices[] = {
	{"mode", "enforce", &dry_run, 0},
	{"mode", "monitor", &dry_run, 1},
	{"overflow", "drop", &overflow, OVERFLOW_DROP},
	{"overflow", "wait", &overflow, OVERFLOW_WAIT},
	{"overflow", "halt", &overflow, OVERFLOW_HALT},
};

static bool take_choice(const char *key, const char *value)
{
	for (u32 i = 0; i < ARRAY_SIZE(choices); i++) {
		if (strcmp(choices[i].key, key) || strcmp(choices[i].value, value))
			continue;
		*choices[i].set = choices[i].to;
		return true;
	}
	return false;
}

/* One `key=value` or `policy.key=value`, as a string. */
static bool take(char *word)
{
	char *value = strchr(word, '='), *dot;

	if (!value)
		return false;
	*value++ = '\0';
	dot = strchr(word, '.');
	if (dot)
		return !monitor_option(word, (size_t)(dot - word), dot + 1, value);
	if (!strcmp(word, "withhold")) {
		option_withhold = value;
		return true;
	}
	return take_choice(word, value);
}

void options_parse(const char *from, size_t len)
{
	static char copy[OPTIONS_MAX];
	char *word = text;

	len = strnlen(from, len);
	if (len >= OPTIONS_MAX)
		stop("the options are longer than %u characters", OPTIONS_MAX - 1);
	memcpy(text, from, len);
	memcpy(copy, from, len);
	options_text = copy;
	while (*word) {
		char *end = strchr(word, ' ');
		char *next = end ? end + 1 : word + strlen(word);
		const char *shown = copy + (word - text);

		if (end)
			*end = '\0';
		if (*word && !take(word))
			stop("option not understood: %s", shown);
		word = next;
	}
	monitor_dry_run = dry_run;
	audit_overflow = (enum overflow)overflow;
}
