// SPDX-License-Identifier: BSD-2-Clause
/*
 * System calls where breakpoints do nothing: an HVC takes the place of the word at the guest's SVC
 * vector, which is then followed from here. The guest may map or write another word there, as Linux
 * does while it boots: it is looked for when the guest writes VBAR or TTBR0, before there is user
 * space and at each change of process.
 */
#include "trap.h"

#define HVC_A32 (0xe1400070u | VECTOR_HVC >> 4 << 8 | (VECTOR_HVC & 0xf))
#define HVC_T32 (0x8000f7e0u | (VECTOR_HVC & 0xfff) << 16 | VECTOR_HVC >> 12) /* as in memory */

struct hvc_vector hvc_vector = {.at = NO_IPA};

/* If this is the word there, have all CPUs execute another (ARM ARM B2.2.9). */
static void replace(phys_addr ipa, u32 word, u32 by)
{
	uintptr_t at = window_map(WINDOW_RAM, ipa);

	if ((u32)guarded_load(at, sizeof(word)) == word)
		guarded_store(at, sizeof(by), by);
	arch_clean(at, sizeof(by));
	write_sr(SR_ICIALLUIS, 0);
	write_sr(SR_BPIALLIS, 0);
	dsb();
	isb();
}

void vector_follow(u32 va)
{
	static struct spinlock lock;
	struct hvc_vector *v = &hvc_vector;
	u32 ours = read_sr(REG_SCTLR) & SCTLR_TE ? HVC_T32 : HVC_A32, word;
	phys_addr ipa = guest_translate(va, 1, false);

	spin_lock(&lock);
	word = (u32)ram_load(WINDOW_RAM, ipa, sizeof(word));
	/* Where there is memory, and not such as a policy may keep the guest from writing. */
	if (memmap_type(ipa) == REGION_RAM && (ipa != v->at || word != ours) &&
	    !(monitor_watched(EV_MEMORY, ipa, ipa + 3) & ACC_WRITE)) {
		if (v->at != NO_IPA)
			replace(v->at, v->ours, v->was);
		/* In a copy that the guest has made, ours is not the word to go by. */
		if (word != ours)
			v->was = (u32)ram_load(WINDOW_RAM, ipa, sizeof(word));
		v->ours = ours;
		v->at = ipa;
		replace(ipa, v->was, ours);
	}
	spin_unlock(&lock);
}
