/* SPDX-License-Identifier: BSD-2-Clause */
/* The environment that libfdt.h asks its user for, without a C library. */
#pragma once

#include "lib.h"

typedef u32 fdt32_t;
typedef u64 fdt64_t;

/* Device trees are big-endian. */
#define cpu_to_fdt32(x) __builtin_bswap32(x)
#define cpu_to_fdt64(x) __builtin_bswap64(x)
