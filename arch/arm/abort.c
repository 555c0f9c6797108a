// SPDX-License-Identifier: BSD-2-Clause
/* Stage 2 aborts: device accesses, protected memory, and what is not there. */
#include "trap.h"

/*
 * The faulting IPA; one of a permission fault takes a walk. NO_IPA if stage 1 has changed under
 * the instruction: to be retried.
 */
static phys_addr fault_ipa(const struct frame *f, u32 hsr, u32 va, bool write)
{
	if ((hsr & (ISS_S1PTW | ISS_FSC)) != FSC_PERMISSION)
		return hpfar(va);
	return guest_translate(va, guest_pl1(f), write);
}

/*
 * The guest's page-table walker has hit what it may not read. It can neither be given a value
 * nor be let through: refused, whatever the policies say.
 */
static void __cold refuse_walk(struct frame *f, u32 hsr, u32 va, phys_addr ipa, bool fetch)
{
	u32 fsr = guest_fsr(STATUS_WALK(hsr & 3));
	struct event ev;

	/* Another CPU may have opened the page since. */
	if (stage2_lookup(ipa) & S2_READ)
		return;
	access_start(&ev, f, va, ipa, 8, false);
	ev.walk = true;
	monitor_ask_address(&ev);
	ev.kind = EV_MEMORY;
	ev.size = 0; /* not the guest's to choose */
	if (ev.verdict == ALLOW)
		monitor_refuse(&ev);
	else
		event_finish(&ev);
	if (fetch)
		inject_prefetch_abort(f, va, fsr);
	else
		inject_data_abort(f, va, fsr, ISS_WNR(hsr));
}

u64 vigil_translate(u32 va, bool write)
{
	phys_addr ipa = guest_translate(va, 1, write);

	return ipa & NO_IPA ? VIGIL_NOWHERE : ipa;
}

/* The syndrome does not say it all: it takes the instruction itself, or is refused. */
void __cold data_abort_slow(struct frame *f, u32 hsr, u32 va)
{
	bool write = ISS_WNR(hsr);
	phys_addr ipa = fault_ipa(f, hsr, va, write);

	if (ipa & NO_IPA)
		return;
	if (hsr & ISS_S1PTW)
		refuse_walk(f, hsr, va, ipa, false);
	else if ((hsr & ISS_FSC) - FSC_TRANSLATION > FSC_PERMISSION - FSC_TRANSLATION)
		refuse_access(f, va, ipa, write); /* not one of stage 2's faults */
	/* Unless another CPU has opened the page since. */
	else if (!(stage2_lookup(ipa) & (write ? S2_WRITE : S2_READ)))
		emulate(f, va, ipa, write);
}

void __cold trap_prefetch_abort(struct frame *f, u32 hsr)
{
	u32 va = read_sr(SR_HIFAR);
	phys_addr ipa = fault_ipa(f, hsr, va, false);
	struct event ev;
	u64 leaf;

	if (stage2_revoked)
		arch_park();
	if (ipa & NO_IPA)
		return;
	if (hsr & ISS_S1PTW) {
		refuse_walk(f, hsr, va, ipa, true);
		return;
	}
	/* Another CPU may have opened the page since. */
	leaf = stage2_lookup(ipa);
	if ((leaf & S2_READ) && !(leaf & S2_XN))
		return;
	access_start(&ev, f, va, ipa, 4, false);
	ev.access = ACC_EXEC;
	monitor_ask_address(&ev);
	if (!ev.by)
		access_classify(&ev);
	if (ev.verdict == ALLOW &&
	    (ev.kind == EV_MMIO || ev.absent || stage2_update(ipa, ipa, true)))
		monitor_refuse(&ev);
	else
		event_finish(&ev);
	if (ev.verdict == DENY)
		inject_prefetch_abort(f, va, external_fsr());
	else if (ev.verdict == KILL)
		inject_undef(f);
}
