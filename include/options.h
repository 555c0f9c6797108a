/* SPDX-License-Identifier: BSD-2-Clause */
/* The operator's options: /chosen `vigil,options`, docs/architecture.md. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "types.h"

#define OPTIONS_PROPERTY "vigil,options"
#define OPTIONS_MAX	 512

/* Node names of `withhold=`, comma-separated; "dma" means all masters. */
extern const char *option_withhold;

/* The text as it was given, for the log's hash. */
extern const char *options_text;

/*
 * Take the options of `text`: words apart by spaces. Stops the boot at one
 * that is not understood.
 */
void options_parse(const char *text, size_t len);

#endif
