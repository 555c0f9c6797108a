// SPDX-License-Identifier: BSD-2-Clause
/* What a debugger is tried on: a function to stop in, a variable to watch, a BKPT of its own. */
#include <stdio.h>

volatile int total;

int __attribute__((noinline)) work(int x)
{
	total += 2 * x + 1;
	return total;
}

int main(void)
{
	for (int i = 0; i < 4; i++)
		printf("work: %d\n", work(i));
	__asm__ volatile("bkpt #0");
	puts("behind the bkpt");
	return 7;
}
