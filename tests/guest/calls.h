/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls of calls.c's, for vector.c as well. */
#pragma once

#include "guest.h"

#define VECTORS 0x41070000u /* pages for vectors of our own */
#define SCTLR_V 0x2000u
#define TE	0x40000000u

extern char vectors[]; /* entry.S */
extern char route_a[], route_b[], route_thumb[];
void svc_arm(void), svc_thumb(void), bkpt_arm(void), didr_read(void), jump_reserved(void);

/* The address by which it is reached with the MMU on. */
u32 virt(u32 addr);

/* Run it, in this mode, with this number for the call. */
void call(void (*code)(void), u32 nr, u32 mode, struct result *out);

/* The call reaches the vector, with its registers as they were. */
void reaches(const char *name, void (*code)(void), u32 nr, u32 route);
void expect(u32 nr, const char *verdict, void (*code)(void));
void verdicts(void (*code)(void));

/* Calls reach it by this route, and are seen. */
void watched(const char *name, u32 route);

/* With NO_JUMP at the vector; and with vectors for Thumb state. */
#define NO_JUMP 0xe1a00000u
void not_followed(void);

/* A jump to the vector, in SVC mode with a reserved mode in its SPSR, is no call to be denied. */
void reserved_mode(void);
void thumb_vectors(void);

void set_sctlr(u32 set, u32 clear);
void set_vbar(u32 base);

/* One page of vectors; another word for it; what the high vectors' page is. */
void write_vectors(u32 page, const void *route);
void change(u32 addr, u32 word);
void map_high(u32 page);
