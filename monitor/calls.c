// SPDX-License-Identifier: BSD-2-Clause
/* System calls by name. Linked only if a policy asks: the names take 11 KB. */
#include "monitor.h"

const struct vigil_name vigil_calls[] = {
#include "syscalls.h" /* made by tools/syscalls */
	{0, NULL},
};

bool vigil_rate(u64 state[2], u32 most)
{
	u64 now = counter(), start = state[0];

	/* Several CPUs may pass a second's end at once: a few more then get through. */
	if (now - start >= counter_hz()) {
		state[0] = now;
		state[1] = 0;
	}
	return __atomic_add_fetch(&state[1], 1, __ATOMIC_RELAXED) <= most;
}
