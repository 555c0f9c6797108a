// SPDX-License-Identifier: BSD-2-Clause
/* Which lines are wanted. What a filter is about and a line does not have, the line does not pass.
 */
#include <stdlib.h>
#include <string.h>
#include "command.h"

/* All numbers are hexadecimal, as in the log, with 0x or without. */
static const char *read_number(const char *text, uint64_t *out)
{
	int len;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	len = (int)strspn(text, "0123456789abcdefABCDEF");
	if (len < 1 || len > 16)
		return NULL;
	*out = strtoull(text, NULL, 16);
	return text + len;
}

static const char *read_range(const char *text, uint64_t *lo, uint64_t *hi)
{
	const char *end = read_number(text, lo);
	uint64_t size;

	*hi = *lo;
	if (end && *end == '-')
		return read_number(end + 1, hi);
	if (end && *end == '+') {
		end = read_number(end + 1, &size);
		*hi = *lo + size - 1;
		return end && size ? end : NULL;
	}
	return end;
}

bool filter_ranges(const char *text, bool with_symbols, struct filter *f, bool pc)
{
	unsigned *n = pc ? &f->pcs : &f->addresses;

	for (;; text++) {
		uint64_t lo = 0, hi = 0;
		const char *end = read_range(text, &lo, &hi);

		if (!end || (*end && *end != ',')) {
			uint32_t first, last;
			char name[128];
			size_t len = strcspn(text, ",");

			if (!with_symbols || len >= sizeof(name))
				return false;
			memcpy(name, text, len);
			name[len] = '\0';
			if (!symbol_address(name, &first, &last))
				return false;
			lo = first;
			hi = last;
			end = text + len;
		}
		if (hi < lo || *n == COUNT(f->address))
			return false;
		if (pc)
			f->pc[*n].lo = lo, f->pc[*n].hi = hi;
		else
			f->address[*n].lo = lo, f->address[*n].hi = hi;
		++*n;
		if (!*end)
			return true;
		text = end;
	}
}

static bool passes_address(const struct filter *f, const struct entry *e)
{
	uint64_t more = e->size ? e->size - 1 : 0;

	if (e->kind > KIND_MEM)
		return false;
	for (unsigned i = 0; i < f->addresses; i++) {
		uint64_t lo = f->address[i].lo, hi = f->address[i].hi;

		if ((e->ipa <= hi && e->ipa + more >= lo) || (e->va <= hi && e->va + more >= lo))
			return true;
	}
	return false;
}

static bool passes_pc(const struct filter *f, const struct entry *e)
{
	for (unsigned i = 0; i < f->pcs; i++)
		if (e->pc >= f->pc[i].lo && e->pc <= f->pc[i].hi)
			return true;
	return false;
}

static bool passes_call(const struct filter *f, const struct entry *e)
{
	char name[64], number[16];
	size_t len = strlen(f->calls);

	call_name(e, name);
	if (!*name)
		return false;
	snprintf(number, sizeof(number), "%#x", e->nr);
	return in_list(f->calls, len, (struct span){name, (int)strlen(name)}) ||
	       in_list(f->calls, len, (struct span){number, (int)strlen(number)});
}

bool filter_passes(const struct filter *f, const struct entry *e)
{
	bool about_records = f->kinds || f->cpus || f->verdicts || f->policies || f->addresses ||
			     f->pcs || f->calls;

	if (f->boot && f->boot != e->boot)
		return false;
	if (f->authentic && e->auth != AUTH_OK && e->auth != AUTH_LATE)
		return false;
	if ((f->since || f->until != UINT64_MAX) &&
	    (!HAS(e, K_T) || e->usec < f->since || e->usec > f->until))
		return false;
	if (!about_records)
		return true;
	if (e->type != LINE_RECORD || e->state == DAMAGED)
		return false;
	return (!f->kinds || f->kinds & 1u << e->kind) && (!f->cpus || f->cpus & 1u << e->cpu) &&
	       (!f->verdicts || f->verdicts & (1u << e->verdict | 1u << e->would)) &&
	       (!f->policies || in_list(f->policies, strlen(f->policies), e->by)) &&
	       (!f->addresses || passes_address(f, e)) && (!f->pcs || passes_pc(f, e)) &&
	       (!f->calls || passes_call(f, e));
}
