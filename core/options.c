// SPDX-License-Identifier: BSD-2-Clause
#include "monitor.h"
#include "core.h"

#define OPTIONS_MAX 1001 /* U-Boot's fdt command takes little more */

const char *option_withhold = "";

bool option_oabi;

static u32 dry_run, overflow, oabi;

static const struct {
	const char *word;
	u32 *option;
	u32 value;
} choices[] = {
	{"mode=enforce", &dry_run, false},
	{"mode=monitor", &dry_run, true},
	{"overflow=drop", &overflow, OVERFLOW_DROP},
	{"overflow=wait", &overflow, OVERFLOW_WAIT},
	{"overflow=halt", &overflow, OVERFLOW_HALT},
	{"calls=eabi", &oabi, false},
	{"calls=oabi", &oabi, true},
};

/* One `key=value` or `policy.key=value`, as a string. */
static bool take(char *word)
{
	char *value = strchr(word, '='), *dot;

	for (u32 i = 0; i < ARRAY_SIZE(choices); i++) {
		if (!strcmp(choices[i].word, word)) {
			*choices[i].option = choices[i].value;
			return true;
		}
	}
	if (!value)
		return false;
	if (!strncmp(word, "withhold=", strlen("withhold="))) {
		option_withhold = value + 1;
		return true;
	}
	dot = strchr(word, '.');
	if (!dot || dot > value)
		return false;
	*value = '\0';
	if (!monitor_option(word, (size_t)(dot - word), dot + 1, value + 1))
		return true;
	*value = '=';
	return false;
}

void options_parse(const char *text, size_t len)
{
	static char words[OPTIONS_MAX];

	len = strnlen(text, len);
	if (len >= OPTIONS_MAX)
		stop("the options are longer than %u characters", OPTIONS_MAX - 1);
	memcpy(words, text, len);
	for (char *word = words, *next; word; word = next) {
		next = strchr(word, ' ');
		if (next)
			*next++ = '\0';
		if (*word && !take(word))
			stop("option not understood: %s", word);
	}
	monitor_dry_run = dry_run;
	option_oabi = oabi;
	audit_overflow = (enum overflow)overflow;
}
