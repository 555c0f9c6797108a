/* SPDX-License-Identifier: BSD-2-Clause */
/* The audit log: per-CPU rings, drained to the console in bounded pieces. */
#ifndef AUDIT_H
#define AUDIT_H

#include "vigil/policy.h"

enum overflow {
	OVERFLOW_DROP, /* allowed events are dropped and counted */
	OVERFLOW_WAIT, /* the guest waits for the port */
	OVERFLOW_HALT  /* the guest is stopped */
};

extern enum overflow audit_overflow;

/* Empty the rings. Boot CPU, before any event. */
void audit_init(void);

/* Lines that one step of draining sends at most. */
#define DRAIN_LINES 8

/*
 * Put an event into this CPU's ring. Never waits in OVERFLOW_DROP, but when the ring of denied
 * events is full: those are never dropped.
 */
void audit_event(struct event *ev);

/*
 * Send what the port takes without waiting, `lines` lines at most.
 * Returns true if something is left. Any CPU; one drains at a time.
 */
bool audit_drain(u32 lines);

/* Send everything, waiting for the port; then the counters. Any CPU. */
void audit_flush(void);

#endif
