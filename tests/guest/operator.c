// SPDX-License-Identifier: BSD-2-Clause
/* Guests for the operator: that never read what is typed, that poll, and one that does its worst.
 */
#include "guest.h"

#define UART  0x09000000u
#define DR    (UART + 0x00)
#define FR    (UART + 0x18)
#define EMPTY 0x10u

static u64 cntvct(void)
{
	u64 v;

	isb();
	__asm__ volatile("mrrc p15, 1, %Q0, %R0, c14" : "=r"(v)::"memory");
	return v;
}

/* It sends, and that is all. */
GROUP(deaf)
{
	u32 hz = MRC(15, 0, 14, 0, 0);

	for (u32 i = 0;; i++) {
		u64 until = cntvct() + hz / 50;

		print("tick %u\n", i);
		while (cntvct() < until)
			;
	}
}

static u32 typed(void)
{
	while (peek(FR) & EMPTY)
		;
	return peek(DR);
}

GROUP(echo)
{
	u32 c;

	print("echo begins\n");
	do {
		c = typed();
		print("got %2x\n", c);
	} while (c != '.');
	check(true, "echo", "-");
}

/* A line that does not end, and events the while. */
GROUP(endless)
{
	for (u32 i = 0; i < 3000; i++) {
		poke(0x08000444, i);
		poke(DR, '.');
	}
	print("\n");
	check(true, "endless", "-");
}

/* A CPU's time is never before what another's was. */
static volatile u32 last, backwards, most, going, over;

static void compare(void)
{
	u32 seen = last, now, back;

	__asm__ volatile("dmb" ::: "memory");
	now = (u32)cntvct();
	back = seen - now;
	if ((int)back > 0) {
		backwards++;
		most = back > most ? back : most;
	}
	last = now;
}

static void compare_on(u32 cpu)
{
	/* Not into what the first CPU says. */
	while (!going)
		;
	for (u32 i = 1; !over; i++) {
		compare();
		/* It waits for the port as others do: stops begin and end meanwhile. */
		if (i % 64 == 0)
			poke(DR, i % 4096 ? '0' + cpu : '\n');
	}
	mailbox[cpu].here = 3;
}

GROUP(time)
{
	last = (u32)cntvct();
	for (u32 cpu = 1; cpu < cpu_total; cpu++)
		check(cpu_on(cpu, secondary_arm, compare_on) == 0, "CPU on", "%u", cpu);
	print("time begins\n");
	going = 1;
	while ((peek(FR) & EMPTY) || peek(DR) != '.')
		compare();
	over = 1;
	for (u32 cpu = 1; cpu < cpu_total; cpu++)
		while (mailbox[cpu].here != 3)
			;
	print("\n");
	check(!backwards, "time goes on", "back %u times, by %u at most", backwards, most);
}

/* All registers, of all sizes, on all CPUs, for ever. */
static void hammer_on(u32 cpu)
{
	while (!going)
		;
	for (u32 x = 0x9e3779b9 * (cpu + 1);;) {
		u32 at, size, value;

		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		size = 1u << (x >> 8) % 3;
		at = UART + ((x & 0x1000 ? x >> 16 & 0x4f : x >> 16 & 0xfff) & ~(size - 1));
		value = at == DR ? 'a' + x % 26 : x * 0x85ebca6b;
		if (x & 0x30000000)
			value = size == 1   ? *(volatile u8 *)at
				: size == 2 ? *(volatile uint16_t *)at
					    : peek(at);
		else if (size == 1)
			*(volatile u8 *)at = (u8)value;
		else if (size == 2)
			*(volatile uint16_t *)at = (uint16_t)value;
		else
			poke(at, value);
	}
}

GROUP(hammer)
{
	for (u32 cpu = 1; cpu < cpu_total; cpu++)
		check(cpu_on(cpu, secondary_arm, hammer_on) == 0, "CPU on", "%u", cpu);
	print("hammer begins\n");
	going = 1;
	hammer_on(0);
}
