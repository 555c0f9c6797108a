/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;

/* A physical or intermediate physical address: 40 bits with LPAE. */
typedef u64 phys_addr;

#define BIT(n)		 (1u << (n))
#define BITLL(n)	 (1ull << (n))
#define ARRAY_SIZE(a)	 (sizeof(a) / sizeof((a)[0]))
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a)-1))
#define ALIGN_UP(x, a)	 ALIGN_DOWN((x) + (__typeof__(x))(a)-1, a)
#define MIN(a, b)	 ((a) < (b) ? (a) : (b))
#define MAX(a, b)	 ((a) > (b) ? (a) : (b))

/* All is in one image: no symbol is reached through a global offset table. */
#pragma GCC visibility push(hidden)

#define MIB	  0x100000u
#define PAGE_SIZE 4096u

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define __section(name) __attribute__((section(name), used))
#define __aligned(n)	__attribute__((aligned(n)))
#define __noreturn	__attribute__((noreturn))
#define __printf(a, b)	__attribute__((format(printf, a, b)))
#define __noinline	__attribute__((noinline))
#define __force_inline	inline __attribute__((always_inline))
#define __cold		__attribute__((cold, noinline))
