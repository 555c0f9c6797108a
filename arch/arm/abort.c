// SPDX-License-Identifier: BSD-2-Clause
/* Stage 2 aborts: device accesses, protected memory, and what is not there. */
#include "trap.h"

/* HSR.ISS of an abort, ARM ARM B3.13.6. */
#define ISS_ISV		BIT(24)
#define ISS_SAS(hsr)	(((hsr) >> 22) & 3)
#define ISS_SSE		BIT(21)
#define ISS_SRT(hsr)	(((hsr) >> 16) & 0xf)
#define ISS_S1PTW	BIT(7)
#define ISS_WNR		BIT(6)
#define ISS_FSC_OTHER	(BIT(5) | BIT(4)) /* no fault of a translation */
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

static phys_addr hpfar(u32 va)
{
	return (u64)(read_sr(SR_HPFAR) >> 4) << 12 | va % PAGE_SIZE;
}

/*
 * The faulting IPA. HPFAR has it but for a permission fault of the access itself, where it is
 * UNKNOWN (B3.13.5). False if stage 1 has changed under the instruction: to be retried.
 */
static bool fault_ipa(const struct frame *f, u32 hsr, u32 va, bool write, phys_addr *ipa)
{
	if (FSC_TYPE(hsr) == FSC_PERMISSION)
		return guest_translate(va, guest_user(f), write, ipa) == 0;
	*ipa = hpfar(va);
	return true;
}

/*
 * The guest's page-table walker has hit what it may not read. It can neither be given a value
 * nor be let through: refused, whatever the policies say.
 */
static void __cold refuse_walk(struct frame *f, u32 hsr, u32 va, phys_addr ipa, bool fetch)
{
	struct event ev;

	/* Another CPU may have opened the page since. */
	if (stage2_lookup(ipa) & S2_READ)
		return;
	access_start(&ev, f, va, ipa, 8, false);
	ev.walk = true;
	monitor_ask(&ev);
	ev.kind = EV_MEMORY;
	ev.size = 0; /* not the guest's to choose */
	if (ev.verdict == ALLOW)
		monitor_refuse(&ev);
	event_finish(&ev);
	inject_abort(f, va, guest_fsr(STATUS_WALK(hsr & 3)), fetch, hsr & ISS_WNR);
}

/* By the instruction itself, or refused. */
static void __cold slow_data_abort(struct frame *f, u32 hsr, u32 va, bool write)
{
	phys_addr ipa = hpfar(va);

	if (hsr & ISS_S1PTW)
		refuse_walk(f, hsr, va, ipa, false);
	else if (FSC_TYPE(hsr) - FSC_TRANSLATION > FSC_PERMISSION - FSC_TRANSLATION)
		refuse_access(f, va, ipa, write); /* not one of stage 2's faults */
	else if (fault_ipa(f, hsr, va, write, &ipa))
		emulate(f, va, ipa, write);
}

/*
 * The syndrome does for an aligned A32 access of little-endian data. In Thumb state, a store's
 * SRT may be wrong on Cortex-A15 (erratum 766422).
 */
void trap_data_abort(struct frame *f, u32 hsr)
{
	u32 va = read_sr(SR_HDFAR), size = BIT(ISS_SAS(hsr)), rt = ISS_SRT(hsr);
	bool write = hsr & ISS_WNR;
	enum outcome done;
	struct event ev;
	phys_addr ipa;

	if (unlikely((hsr & (ISS_ISV | ISS_S1PTW | ISS_FSC_OTHER)) != ISS_ISV ||
		     (f->cpsr & (CPSR_E | CPSR_T)) || va & (size - 1) ||
		     (write && emulate_stores))) {
		slow_data_abort(f, hsr, va, write);
		return;
	}
	if (unlikely(!fault_ipa(f, hsr, va, write, &ipa)))
		return;
	access_start(&ev, f, va, ipa, size, write);
	if (write)
		ev.value = guest_reg(f, rt) & (u32)(BITLL(8 * size) - 1);
	done = access_one(&ev);
	if (unlikely(done != DONE)) {
		access_abort(f, done, va, guest_fsr(STATUS_EXTERNAL), write);
		return;
	}
	f->pc += 4;
	if (write)
		return;
	if (unlikely(hsr & ISS_SSE))
		ev.value = sign_extend((u32)ev.value, size);
	guest_set_reg(f, rt, (u32)ev.value);
}

void __cold trap_prefetch_abort(struct frame *f, u32 hsr)
{
	u32 va = read_sr(SR_HIFAR);
	struct event ev;
	phys_addr ipa;
	u64 leaf;

	if (stage2_revoked)
		arch_park();
	if (hsr & ISS_S1PTW) {
		refuse_walk(f, hsr, va, hpfar(va), true);
		return;
	}
	if (!fault_ipa(f, hsr, va, false, &ipa))
		return;
	/* Another CPU may have opened the page since. */
	leaf = stage2_lookup(ipa);
	if ((leaf & S2_READ) && !(leaf & S2_XN))
		return;
	access_start(&ev, f, va, ipa, 4, false);
	ev.access = ACC_EXEC;
	monitor_ask(&ev);
	if (!ev.by)
		access_classify(&ev);
	if (ev.verdict == ALLOW &&
	    (ev.kind == EV_MMIO || ev.absent || stage2_update(ipa, ipa, true)))
		monitor_refuse(&ev);
	event_finish(&ev);
	if (ev.verdict == DENY)
		inject_abort(f, va, guest_fsr(STATUS_EXTERNAL), true, false);
	else if (ev.verdict == KILL)
		inject_undef(f);
}
