// SPDX-License-Identifier: BSD-2-Clause
/* A guest that is stopped, by a verdict or by the operator: its CPUs wait here. */
#include "trap.h"

/* CPUs that are yet to show their registers; a bit each. */
static u32 to_show;

/* A word of the kernel's memory: false if there is none. */
static bool peek(u32 va, u32 *word)
{
	u64 par = translate_raw(va, 1, false), pa = (par & 0xfffffff000ull) | (va & 0xffc);

	if ((u32)par & PAR_F || memmap_type(pa) != REGION_RAM)
		return false;
	*word = *(volatile u32 *)window_map(WINDOW_RAM, pa);
	return true;
}

/*
 * The guest's registers on this CPU; and what its stack has, up to the end of 8 KiB, that follows a
 * BL or a BLX in memory: kernels keep no frame pointers.
 */
static void show(struct frame *f)
{
	u64 par = read_sr64(SR64_PAR);
	char text[512];
	size_t len = 0;
	u32 dacr = read_sr(REG_DACR), word, call;

	for (u32 n = 0; n < 15; n++)
		len += format(text + len, sizeof(text) - len, "%x,", guest_reg(f, n));
	len += format(text + len, sizeof(text) - len, "%x calls=", f->pc);
	write_sr64(SR64_VTTBR, (uintptr_t)stage2_kept | BITLL(48));
	write_sr(REG_DACR, ~0u); /* the tables alone count: manager of all domains */
	isb();
	for (u32 sp = guest_reg(f, 13); sp % 0x2000 && peek(sp, &word); sp += 4)
		if (peek(word - 4, &call) &&
		    ((call & 0x0f000000) == 0x0b000000 || (call & 0x0ffffff0) == 0x012fff30))
			len += format(text + len, sizeof(text) - len, "%x,", word);
	write_sr64(SR64_VTTBR, (uintptr_t)stage2_root | BITLL(48));
	write_sr64(SR64_PAR, par);
	write_sr(REG_DACR, dacr);
	vigil_print("registers cpu=%u cpsr=%x r=%s", this_cpu()->index, f->cpsr, text);
}

void arch_operate(char key)
{
	if (key == 'R')
		psci_call((const u32[4]){PSCI_SYSTEM_RESET});
	else
		stage2_stop(key != 'c');
	if (key == 'r')
		to_show = BIT(cpu_count) - 1;
}

void cpu_wait(void)
{
	struct cpu *cpu = this_cpu();

	while (*(volatile bool *)&guest_stopped) {
		if (__atomic_fetch_and(&to_show, ~BIT(cpu->index), __ATOMIC_RELAXED) &
		    BIT(cpu->index))
			show(cpu->frame);
		if (!cpu_drain_step() && console_page == CONSOLE_SHARED)
			wfi();
	}
	write_sr64(SR64_CNTVOFF, guest_delay);
}

void cpu_idle(void)
{
	if (!cpu_drain_step())
		wfi();
	write_sr64(SR64_CNTVOFF, guest_delay);
}

void arch_halt(void)
{
	stage2_stop(true);
	audit_flush();
	vigil_print("halt cpu=%u", this_cpu()->index);
	cpu_wait();
}
