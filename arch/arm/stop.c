// SPDX-License-Identifier: BSD-2-Clause
/* A guest that is stopped, by a verdict or by the operator: its CPUs wait here. */
#include "trap.h"

/* A word of the kernel's memory: false if there is none. */
static bool peek(u32 va, u32 *word)
{
	u64 par = guest_walk(va, 1, false), pa = (par & 0xfffffff000ull) | (va & 0xffc);

	pa = par & PAR_F ? ~0ull : ram_load(WINDOW_RAM, pa, sizeof(*word));
	*word = (u32)pa;
	return !(pa >> 32);
}

/*
 * The guest's registers on this CPU; and what its stack has, up to the end of 8 KiB, that follows a
 * BL or a BLX in memory: kernels keep no frame pointers.
 */
static void show(struct frame *f)
{
	char text[512];
	size_t len = 0;
	u32 dacr = read_sr(REG_DACR), word, call;

	for (u32 n = 0; n < 16; n++)
		len += format(text + len, sizeof(text) - len,
			      n < 15 ? "%x," : "%x calls=", n < 15 ? guest_reg(f, n) : f->pc);
	/* VMID 2: of these walks nothing stays in the TLB for the guest. */
	write_sr64(SR64_VTTBR, (uintptr_t)stage2_kept | BITLL(49));
	write_sr(REG_DACR, ~0u); /* the tables alone count: manager of all domains */
	isb();
	for (u32 sp = guest_reg(f, 13) & ~3u; sp % 0x2000 && peek(sp, &word); sp += 4)
		if (peek(word - 4, &call) &&
		    ((call & 0x0f000000) == 0x0b000000 || (call & 0x0ffffff0) == 0x012fff30))
			len += format(text + len, sizeof(text) - len, "%x,", word);
	write_sr64(SR64_VTTBR, (uintptr_t)stage2_root | BITLL(48));
	write_sr(REG_DACR, dacr);
	isb();
	vigil_print("registers cpu=%u cpsr=%x r=%s", this_cpu()->index, f->cpsr, text);
}

void arch_operate(char key)
{
	if (key == 'R')
		psci_call((const u32[4]){PSCI_SYSTEM_RESET});
	else
		stage2_stop(key != 'c');
	for (u32 i = 0; i < cpu_count; i++)
		cpus[i].to_show = key == 'r';
}

void cpu_wait(void)
{
	struct cpu *cpu = this_cpu();

	cpu->running = false;
	while (__atomic_load_n(&guest_stopped, __ATOMIC_ACQUIRE)) {
		if (__atomic_exchange_n(&cpu->to_show, false, __ATOMIC_RELAXED))
			show(cpu->frame);
		if (!cpu_drain_step() && console_page == CONSOLE_SHARED)
			wfi();
		/* Who is on its way here may need the port's lock: leave it alone for a while. */
		for (u64 next = counter() + HZ / 1024; counter() < next;)
			;
	}
}

void cpu_idle(void)
{
	if (!cpu_drain_step() && !guest_stopped) /* whoever has stopped it listens for more */
		wfi();
	stage2_lookup(0);
}

void arch_halt(void)
{
	stage2_stop(true);
	audit_flush();
	vigil_print("halt cpu=%u", this_cpu()->index);
	stage2_lookup(0);
}
