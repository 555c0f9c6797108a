/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line between vigil-log and the monitor's own code, whose headers and the host's do not go
 * together: replay.c is on one side, replay-arch.c on the other.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An event as a record has it. */
struct replayed {
	uint8_t kind; /* as enum kind and enum event_kind alike */
	uint8_t access, size, cpu;
	bool absent, walk;
	uint32_t pc, mode, va, nr, ctx, tp;
	uint64_t ipa, value, old, tt;
	uint32_t arg[7];
	uint64_t usec;
};

struct answer {
	unsigned verdict; /* as enum outcome and enum verdict alike */
	const char *by;	  /* NULL if nobody watches it */
	bool log;
};

unsigned policies_linked(void);
const char *policy_name(unsigned i);

/* Have this policy asked, after those before it. False if there is none of that name. */
bool policy_use(const char *name, size_t len);

/* "policy.key=value" of those in use; false if it is not understood. */
bool policy_option(const char *name, size_t len, const char *key, const char *value);
void policies_start(void);
void policies_off(void);

struct answer policies_ask(const struct replayed *r);

/* What a register held after this record. */
void register_seen(unsigned cpu, uint32_t nr, uint64_t value);

/* What the boot would have stopped with, and what policies print. */
void replay_stop(const char *text) __attribute__((noreturn));
void replay_say(const char *text);

#endif
