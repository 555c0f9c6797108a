// SPDX-License-Identifier: BSD-2-Clause
/* The operator: whoever types the escape, and then a key, talks to the monitor. docs/operator.md */
#include "monitor.h"

static void counters(void)
{
	audit_flush();
	for (u32 by = 0; by < COUNTED; by++)
		for (u32 kind = 0; kind < EV_KINDS; kind++)
			if (audit_counters.by[by][kind])
				vigil_print("count by=%s kind=%s events=%u",
					    by ? __policies_start[by - 1].name : "vigil",
					    event_kinds[kind], audit_counters.by[by][kind]);
	for (u32 cpu = 0; cpu < cpu_count; cpu++)
		vigil_print("count cpu=%u events=%u", cpu, audit_counters.cpu[cpu]);
}

void operator_key(char c)
{
	u64 now = counter();
	char key[] = {c > ' ' && c <= '~' ? c : '?', '\0'};

	vigil_print("operator t=%u.%06u key=%s", SECONDS(now), key);
	if (strchr("scrR", c))
		arch_operate(c);
	else if (c == 'm')
		monitor_dry_run = !monitor_dry_run;
	else if ((u32)c - '0' < EV_KINDS)
		audit_silent ^= BIT(c - '0');
	else if (c == 't' || c == 'l')
		audit_silent = audit_silent ? 0 : ~0u;
	else if (c == 'L')
		operator_escape = 0;
	else if (c == 'q')
		counters();
	else if (c == 'v')
		vigil_print("version=" VIGIL_VERSION " options=%s", option_text);
	else
		vigil_print("keys ?=help q=counters s=stop c=continue r=registers R=reset m=mode "
			    "0..4=class t=classes l=level L=lock v=version");
	vigil_print("state guest=%s mode=%s silent=%02x", guest_stopped ? "stopped" : "running",
		    monitor_dry_run ? "monitor" : "enforce", audit_silent & (BIT(EV_KINDS) - 1));
}
