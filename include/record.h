/* SPDX-License-Identifier: BSD-2-Clause */
/* One audit record, and the line it becomes; docs/audit-log.md. */
#ifndef RECORD_H
#define RECORD_H

#include "vigil/policy.h"

#define LINE_MAX 320

struct record {
	u64 time; /* counter ticks */
	u32 seq;
	u32 repeats; /* events like it that followed at once */
	struct event ev;
};

/* Write the record's line, CR LF at its end. Returns its length. */
size_t record_format(const struct record *rec, char *buf, size_t size);

#endif
