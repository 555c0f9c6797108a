// SPDX-License-Identifier: BSD-2-Clause
#include "core.h"

#define OPTIONS_MAX 1001 /* U-Boot's fdt command takes little more */

const char *option_withhold = "";
u32 option_log;

bool option_oabi;
char option_svc;

char option_text[OPTIONS_MAX];

void options_parse(const char *text, size_t len)
{
	static char words[OPTIONS_MAX];

	len = strnlen(text, len);
	if (len >= OPTIONS_MAX)
		stop("the options are longer than %u characters", OPTIONS_MAX - 1);
	memcpy(words, text, len);
	memcpy(option_text, text, len);
	for (char *word = words, *next; word; word = next) {
		char *value, *dot = strchr(word, '.');
		const char *end;
		u64 number;

		next = strchr(word, ' ');
		if (next)
			*next++ = '\0';
		value = strchr(word, '=');
		if (!strcmp(word, "mode=enforce") || !strcmp(word, "mode=monitor")) {
			monitor_dry_run = value[1] == 'm';
		} else if (!strcmp(word, "overflow=drop") || !strcmp(word, "overflow=wait")) {
			audit_overflow = value[1] == 'd' ? OVERFLOW_DROP : OVERFLOW_WAIT;
		} else if (!strcmp(word, "overflow=halt")) {
			audit_overflow = OVERFLOW_HALT;
		} else if (!strcmp(word, "console=own") && platform.uart->empty) {
			console_page = platform.uart_base / PAGE_SIZE;
		} else if (!strcmp(word, "console=shared")) {
			console_page = CONSOLE_SHARED;
		} else if (!strncmp(word, "operator=", strlen("operator=")) &&
			   (end = parse_u64(value + 1, &number)) && !*end && number < 256) {
			operator_escape = (u8)number;
		} else if (!strncmp(word, "log=", strlen("log=")) &&
			   (end = parse_u64(value + 1, &number)) && !*end && number - 1 < ~0u) {
			option_log = (u32)number;
		} else if (!strcmp(word, "calls=eabi") || !strcmp(word, "calls=oabi")) {
			option_oabi = value[1] == 'o';
		} else if (!strcmp(word, "svc=breakpoint") || !strcmp(word, "svc=vector")) {
			option_svc = value[1];
		} else if (!strncmp(word, "withhold=", strlen("withhold="))) {
			option_withhold = value + 1;
		} else if (*word) {
			/* For a policy: policy.key=value */
			if (!value || !dot || dot > value)
				stop("option not understood: %s", word);
			*value = '\0';
			if (monitor_option(word, (size_t)(dot - word), dot + 1, value + 1))
				stop("option not understood: %s=%s", word, value + 1);
		}
	}
}
