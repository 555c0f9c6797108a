// SPDX-License-Identifier: BSD-2-Clause
/* A log against policies: which verdicts would be others. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "replay.h"
#include "command.h"

static uint64_t replayed, changes[OUTS][OUTS], changed, unwatched, own;

void replay_list(FILE *to)
{
	fprintf(to, "Policies that replay has:");
	for (unsigned i = 0; i < policies_linked(); i++)
		fprintf(to, " %s", policy_name(i));
	fprintf(to, "\n");
}

void replay_stop(const char *text)
{
	die("the boot would stop: %s", text);
}

void replay_say(const char *text)
{
	printf("at power-off: %s\n", text);
}

static void use_list(const char *list)
{
	for (const char *p = list;; p++) {
		size_t len = strcspn(p, ",");

		if (!policy_use(p, len))
			die("replay: no policy '%.*s' is linked in; make tools POLICY_DIR= links "
			    "yours",
			    (int)len, p);
		p += len;
		if (!*p)
			return;
	}
}

/* Without --use, the policies that are given options, by their first. */
static void use_by_settings(const struct options *o)
{
	for (size_t i = 0; i < o->setting_count; i++) {
		const char *word = o->settings[i];
		size_t len = strcspn(word, "."), before = 0;

		while (before < i && (strcspn(o->settings[before], ".") != len ||
				      memcmp(o->settings[before], word, len)))
			before++;
		if (before == i && !policy_use(word, len))
			die("replay: no policy '%.*s' is linked in; make tools POLICY_DIR= links "
			    "yours",
			    (int)len, word);
	}
}

static void replay_check(const struct options *o)
{
	if (!o->policies && !o->setting_count)
		die("replay: name policies with --use, or set options such as "
		    "guard.mmio=0x9010000");
	if (o->policies)
		use_list(o->policies);
	else
		use_by_settings(o);
	for (size_t i = 0; i < o->setting_count; i++) {
		char *word = strdup(o->settings[i]), *dot = strchr(word, '.');
		char *equals = strchr(word, '=');

		*equals = '\0';
		/* Not freed: a policy may keep its value. */
		if (!policy_option(word, (size_t)(dot - word), dot + 1, equals + 1))
			die("option not understood: %s", o->settings[i]);
	}
	policies_start();
}

static uint32_t mode_number(struct span mode)
{
	static const char *const modes[16] = {
		"usr", "fiq", "irq", "svc", "?", "?", "mon", "abt",
		"?",   "?",   "hyp", "und", "?", "?", "?",   "sys",
	};

	for (uint32_t i = 0; i < COUNT(modes); i++)
		if (span_is(mode, modes[i]))
			return 0x10 | i;
	return 0x13;
}

static uint8_t access_bit(const struct entry *e)
{
	switch (*e->access.p) {
	case 'w':
		return 2;
	case 'x':
		return 4;
	case 'h': /* hvc */
		return 2;
	default: /* r, smc, svc */
		return 1;
	}
}

/* What the policies were shown before it happened: of a read, not yet the value. */
static uint64_t value_before(const struct entry *e)
{
	if (e->kind == KIND_CALL)
		return UINT32_MAX;
	if (e->kind == KIND_SYSCALL)
		return 1;
	return *e->access.p == 'w' || e->kind == KIND_SYSREG ? e->val : 0;
}

static struct answer ask(const struct entry *e)
{
	struct replayed r = {
		.kind = (uint8_t)e->kind,
		.access = access_bit(e),
		.size = (uint8_t)(e->size ? e->size : 4),
		.cpu = (uint8_t)e->cpu,
		.absent = HAS(e, K_WHY) && span_is(e->why, "absent"),
		.walk = HAS(e, K_WHY) && span_is(e->why, "walk"),
		.pc = e->pc,
		.mode = mode_number(e->mode),
		.va = e->va,
		.nr = e->nr,
		.ctx = e->ctx,
		.tp = e->tp,
		.ipa = e->ipa,
		.value = value_before(e),
		.old = e->old,
		.tt = e->tt,
		.usec = e->usec,
	};

	if (e->kind == KIND_SYSREG)
		register_number(e->reg, &r.nr);
	memcpy(r.arg, e->args, sizeof(r.arg));
	return policies_ask(&r);
}

static void keep_register(const struct entry *e)
{
	uint32_t nr;

	if (e->kind != KIND_SYSREG || !register_number(e->reg, &nr))
		return;
	if (*e->access.p == 'w')
		register_seen(e->cpu, nr, e->verdict == OUT_ALLOW ? e->val : e->old);
	else if (*e->access.p == 'r' && e->verdict == OUT_ALLOW)
		register_seen(e->cpu, nr, e->val);
}

static void replay_entry(const struct options *o, struct entry *e, const struct boot *b)
{
	struct answer a;
	char what[512];

	(void)b;
	if (e->type != LINE_RECORD || e->state == DAMAGED || e->auth == AUTH_FORGED ||
	    e->auth == AUTH_REPLAY)
		return;
	/* What Vigil refuses itself it refuses whatever policies say. */
	if (span_is(e->by, "vigil") || (HAS(e, K_WHY) && span_is(e->why, "absent"))) {
		own += e->n;
		keep_register(e);
		return;
	}
	a = ask(e);
	keep_register(e);
	replayed += e->n;
	changes[e->would][a.verdict] += e->n;
	unwatched += a.by ? 0 : e->n;
	if (a.verdict == e->would)
		return;
	changed += e->n;
	if (o->quiet)
		return;
	describe(e, what, sizeof(what));
	printf("boot %u s=%x t=%" PRIu64 ".%06" PRIu64 " %s -> %s  %s %s by %.*s -> %s", e->boot,
	       e->seq, e->usec / 1000000, e->usec % 1000000, outcome_names[e->would],
	       outcome_names[a.verdict], kind_names[e->kind], what, SPAN(e->by),
	       a.by ? a.by : "nobody");
	if (e->n > 1)
		printf("  x%" PRIu64, e->n);
	putchar('\n');
}

static int replay_end(const struct options *o, const struct tracker *t)
{
	(void)o;
	if (!t->lines)
		return EXIT_NO_LOG;
	policies_off();
	printf("%" PRIu64 " event%s replayed, %" PRIu64 " verdict%s changed", replayed,
	       plural(replayed), changed, plural(changed));
	for (int from = 0; from < OUTS; from++)
		for (int to = 0; to < OUTS; to++)
			if (from != to && changes[from][to])
				printf(", %" PRIu64 " %s -> %s", changes[from][to],
				       outcome_names[from], outcome_names[to]);
	printf("\n");
	if (unwatched)
		printf("%" PRIu64 " that no policy would watch\n", unwatched);
	if (own)
		printf("%" PRIu64 " that Vigil itself refuses, not asked about\n", own);
	printf("What the log does not have, these policies were not asked about.\n");
	return changed ? EXIT_FINDINGS : EXIT_OK;
}

const struct output replay_output = {
	.check = replay_check, .entry = replay_entry, .end = replay_end};
