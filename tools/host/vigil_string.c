// SPDX-License-Identifier: BSD-2-Clause
/* core/string.c; names.h, which renames its functions, is on the command line. */
#include "../../core/string.c"
