/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings, numbers and printing. Freestanding; builds on the host as well. */
#pragma once

#include <stdarg.h>
#include "types.h"

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);

/*
 * A number in decimal or, after 0x, hexadecimal. Returns what follows it, or
 * NULL if there is none or it does not fit.
 */
const char *parse_u64(const char *s, u64 *value);

/*
 * Formats %s %u %x %llu %llx; a width, of 32 at most, pads with zeros. Ends the text with
 * a NUL. Returns the length written, less than `size`. Without a buffer it
 * goes to the console, whatever its length.
 */
size_t format(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
size_t vformat(char *buf, size_t size, const char *fmt, va_list ap) __printf(3, 0);

/* True if an item of the list is this name, or is it up to a unit address. NULL is no list. */
bool list_has(const char *list, char separator, const char *name);

/* Append to a comma-separated list; "..." stands for what has no room. */
void list_add(char *list, size_t size, const char *name);

/*
 * Print a line and stop for good: with stop(), what is wrong with what was given, for the boot
 * cannot go on; with panic(), a fault of the monitor itself.
 */
void __noreturn __cold give_up(bool own, const char *fmt, ...) __printf(2, 3);
#define stop(...)  give_up(false, __VA_ARGS__)
#define panic(...) give_up(true, __VA_ARGS__)

/* Where the port's registers are now: physical until the MMU is on. */
extern uintptr_t console_port;

/* One of them, by its offset; ~0 after an external abort. arch.h has how. */
#define port_read(offset) port_load(console_port + (offset))

/* Send a character. Returns false if the port is full, and that is not to be waited for. */
bool console_put(char c, bool wait);
