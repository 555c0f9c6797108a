// SPDX-License-Identifier: BSD-2-Clause
/* Stage 2 aborts: what the syndrome does not say all about, execution, and table walks. */
#include "trap.h"

/*
 * The guest's page-table walker can neither be given a value nor be let through: what it may not
 * read is refused, whatever the policies say.
 */
void __cold trap_abort(struct frame *f, u32 hsr)
{
	bool walk = hsr & ISS_S1PTW, fetch = HSR_IS_FETCH(hsr);
	u32 va = fetch ? read_sr(SR_HIFAR) : read_sr(SR_HDFAR), fault = hsr & ISS_FSC;
	u32 access = walk ? ACC_READ : fetch ? ACC_EXEC : ACC_READ + ISS_WNR(hsr);
	phys_addr ipa = hpfar(va);
	struct event ev;
	u64 leaf;

	if (fault == FSC_PERMISSION && !walk)
		ipa = guest_translate(va, guest_pl1(f), access == ACC_WRITE);
	if (ipa & NO_IPA)
		return;
	leaf = stage2_lookup(ipa);
	if (access == ACC_EXEC && leaf & S2_XN)
		leaf = 0;
	/* If it is one of stage 2's faults; unless another CPU has opened the page since. */
	if (fault - FSC_TRANSLATION <= FSC_PERMISSION - FSC_TRANSLATION &&
	    (leaf & (access == ACC_WRITE ? S2_WRITE : S2_READ) ||
	     (!walk && !fetch && emulate(f, hsr, va, ipa))))
		return;
	event_start(&ev, f, EV_MMIO, access, 4, va);
	ev.ipa = ipa;
	ev.by = NULL;
	if (walk || fetch)
		monitor_ask_address(&ev);
	if (!ev.by)
		access_classify(&ev);
	if (walk)
		ev.kind = EV_MEMORY;
	ev.walk = walk;
	if (access != ACC_EXEC)
		ev.size = 0; /* unknown, or not the guest's to choose */
	access_end(f, hsr, &ev,
		   ev.verdict != ALLOW || access != ACC_EXEC || ev.kind == EV_MMIO || ev.absent ||
			   stage2_update(ipa, ipa, true));
}

u64 vigil_translate(u32 va, bool write)
{
	phys_addr ipa = guest_translate(va, 1, write);

	return ipa & NO_IPA ? VIGIL_NOWHERE : ipa;
}
