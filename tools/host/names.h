/* SPDX-License-Identifier: BSD-2-Clause */
/* Vigil's string functions by other names, for the host has some of its own. */
#ifndef HOST_NAMES_H
#define HOST_NAMES_H

#define memcpy	vigil_memcpy
#define memmove vigil_memmove
#define memset	vigil_memset
#define memcmp	vigil_memcmp
#define memchr	vigil_memchr
#define strlen	vigil_strlen
#define strnlen vigil_strnlen
#define strchr	vigil_strchr
#define strrchr vigil_strrchr
#define strcmp	vigil_strcmp
#define strncmp vigil_strncmp

#define __stack_chk_guard vigil_stack_chk_guard
#define __stack_chk_fail  vigil_stack_chk_fail

#endif
