// SPDX-License-Identifier: BSD-2-Clause
/* Stage 2 aborts: device accesses, protected memory, and what is not there. */
#include "access.h"
#include "cpu.h"
#include "memmap.h"
#include "monitor.h"
#include "stage2.h"

/* HSR.ISS of an abort, ARM ARM B3.13.6. */
#define ISS_ISV		BIT(24)
#define ISS_SAS(hsr)	(((hsr) >> 22) & 3)
#define ISS_SSE		BIT(21)
#define ISS_SRT(hsr)	(((hsr) >> 16) & 0xf)
#define ISS_S1PTW	BIT(7)
#define ISS_WNR		BIT(6)
#define FSC_TYPE(hsr)	(((hsr) >> 2) & 0xf)
#define FSC_TRANSLATION 1u
#define FSC_PERMISSION	3u

#define PAR_F	 BIT(0)
#define PAR_SS	 BIT(1)
#define PAR_LPAE BIT(11)

u32 guest_translate(u32 va, bool user, bool write, phys_addr *ipa)
{
	u64 saved = read_sr64(SR64_PAR), par;

	if (user && write)
		write_sr(SR_ATS1CUW, va);
	else if (user)
		write_sr(SR_ATS1CUR, va);
	else if (write)
		write_sr(SR_ATS1CPW, va);
	else
		write_sr(SR_ATS1CPR, va);
	isb();
	par = read_sr64(SR64_PAR);
	write_sr64(SR64_PAR, saved);
	if (unlikely(par & PAR_F))
		return guest_fsr((u32)par >> 1);
	if (par & PAR_LPAE)
		*ipa = (par & 0xfffffff000ull) | va % PAGE_SIZE;
	else if (par & PAR_SS) /* a supersection: PA[39:32] in bits [23:16] */
		*ipa = (par & 0xff000000) | (par & 0xff0000) << 16 | (va & 0xffffff);
	else
		*ipa = (par & 0xfffff000) | va % PAGE_SIZE;
	return 0;
}

/*
 * The faulting IPA. HPFAR has it but for a permission fault of the access itself, where it is
 * UNKNOWN (B3.13.5). False if stage 1 has changed under the instruction: to be retried.
 */
static bool fault_ipa(const struct frame *f, u32 hsr, u32 va, bool write, phys_addr *ipa)
{
	if (FSC_TYPE(hsr) == FSC_PERMISSION && !(hsr & ISS_S1PTW))
		return guest_translate(va, guest_user(f), write, ipa) == 0;
	*ipa = (u64)(read_sr(SR_HPFAR) >> 4) << 12 | va % PAGE_SIZE;
	return true;
}

void memory_event(struct event *ev, const struct frame *f, u32 access, u32 va, phys_addr ipa)
{
	enum region_type type = memmap_type(ipa);

	event_start(ev, f, type == REGION_DEVICE ? EV_MMIO : EV_MEMORY, access);
	ev->va = va;
	ev->ipa = ipa;
	ev->absent = type != REGION_DEVICE && type != REGION_RAM;
}

/*
 * The guest's page-table walker has hit what it may not read. It can neither be given a value
 * nor be let through: refused, whatever the policies say.
 */
static void refuse_walk(struct frame *f, u32 hsr, u32 va, phys_addr ipa, bool fetch)
{
	struct event ev;

	/* Kept from reads only for the sake of exclusives: give it back. */
	if (memmap_type(ipa) == REGION_RAM && !stage2_update(ipa, ipa) &&
	    (stage2_lookup(ipa) & S2_READ))
		return;
	memory_event(&ev, f, ACC_READ, va, ipa);
	ev.walk = true;
	if (monitor_ask(&ev, ipa, ipa) == ALLOW)
		monitor_refuse(&ev);
	event_finish(&ev);
	inject_abort(f, va, guest_fsr(STATUS_WALK(hsr & 3)), fetch, hsr & ISS_WNR);
}

/* The instruction as the syndrome has it. False if that does not do: emulate.c decodes it. */
static bool from_syndrome(const struct frame *f, u32 hsr, struct insn *in)
{
	*in = (struct insn){
		.addr = read_sr(SR_HDFAR),
		.len = (u8)hsr_len(hsr),
		.size = (u8)BIT(ISS_SAS(hsr)),
		.count = 1,
		.rt = ISS_SRT(hsr),
		.load = !(hsr & ISS_WNR),
		.sign = hsr & ISS_SSE,
	};
	/* Cortex-A15 erratum 766422: on a Thumb store SRT may be wrong. */
	return (hsr & ISS_ISV) && in->size < 8 && in->rt != 15 && (in->load || !(f->cpsr & CPSR_T));
}

void trap_data_abort(struct frame *f, u32 hsr)
{
	struct work w = {.va = read_sr(SR_HDFAR), .write = hsr & ISS_WNR};

	if (unlikely(FSC_TYPE(hsr) - FSC_TRANSLATION > FSC_PERMISSION - FSC_TRANSLATION &&
		     !(hsr & ISS_S1PTW)))
		refuse_access(f, &w); /* not one of stage 2's faults */
	else if (!fault_ipa(f, hsr, w.va, w.write, &w.ipa))
		return;
	else if (unlikely(hsr & ISS_S1PTW))
		refuse_walk(f, hsr, w.va, w.ipa, false);
	else if (from_syndrome(f, hsr, &w.in))
		execute(f, &w);
	else
		emulate(f, &w);
}

void trap_prefetch_abort(struct frame *f, u32 hsr)
{
	u32 va = read_sr(SR_HIFAR);
	struct event ev;
	phys_addr ipa;
	u64 leaf;

	cpu_park_if_halted();
	if (!fault_ipa(f, hsr, va, false, &ipa))
		return;
	if (hsr & ISS_S1PTW) {
		refuse_walk(f, hsr, va, ipa, true);
		return;
	}
	/* Another CPU may have opened the page since. */
	leaf = stage2_lookup(ipa);
	if ((leaf & S2_READ) && !(leaf & S2_XN))
		return;
	memory_event(&ev, f, ACC_EXEC, va, ipa);
	ev.size = 4;
	if (monitor_ask(&ev, ipa, ipa + 3) == ALLOW &&
	    (ev.kind == EV_MMIO || ev.absent || stage2_change(ipa, S2_READ, S2_XN)))
		monitor_refuse(&ev);
	event_finish(&ev);
	if (ev.verdict == DENY)
		inject_abort(f, va, guest_fsr(STATUS_EXTERNAL), true, false);
	else if (ev.verdict == KILL)
		inject_undef(f);
}
