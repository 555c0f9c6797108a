// SPDX-License-Identifier: BSD-2-Clause
/* vigil-log's hash: KEY MESSAGE..., KEY next, or KEY boot NONCE, all in hexadecimal. */
#include <stdlib.h>
#include <string.h>
#include "vlog.h"

void die(const char *fmt, ...)
{
	fprintf(stderr, "%s\n", fmt);
	exit(2);
}

static size_t bytes(const char *text, uint8_t *out, size_t size)
{
	size_t n = strlen(text) / 2;

	for (size_t i = 0; i < n && i < size; i++) {
		char digits[3] = {text[i * 2], text[i * 2 + 1]};

		out[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return n;
}

int main(int argc, char **argv)
{
	struct siphash_key key;
	uint8_t message[1024];

	if (argc < 3 || bytes(argv[1], key.byte, 16) != 16)
		die("usage: siphash KEY MESSAGE..., KEY next, or KEY boot NONCE");
	if (!strcmp(argv[2], "next") || (argc == 4 && !strcmp(argv[2], "boot"))) {
		key = argc == 4 ? siphash_boot(&key, strtoull(argv[3], NULL, 16))
				: siphash_next(&key);
		for (int i = 0; i < 16; i++)
			printf("%02x", key.byte[i]);
		puts("");
		return 0;
	}
	for (int i = 2; i < argc; i++)
		printf("%016llx\n",
		       (unsigned long long)siphash(&key, message, bytes(argv[i], message, 1024)));
	return 0;
}
