/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line's parts. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "command.h"

/* Options without a letter. */
enum {
	O_FORMAT = 256,
	O_KIND,
	O_CPU,
	O_VERDICT,
	O_POLICY,
	O_ADDR,
	O_PC,
	O_CALL,
	O_SINCE,
	O_UNTIL,
	O_BOOT,
	O_AUTHENTIC,
	O_COLOR,
	O_EPOCH,
	O_HOSTNAME,
	O_TOP,
	O_STEPS,
	O_DROPPED,
	O_USE
};

uint64_t read_number(const char *option, const char *text, uint64_t least);
void take_filter(int option, const char *arg, struct filter *f);
bool read_key(const char *text, struct siphash_key *key);
void read_key_file(const char *path, struct siphash_key *key);

#endif
