// SPDX-License-Identifier: BSD-2-Clause
/* Lines for people: columns, colours, numbers by their names. */
#include <inttypes.h>
#include <string.h>
#include "command.h"

#define RED    "\033[1;31m"
#define YELLOW "\033[33m"
#define GREEN  "\033[32m"
#define DIM    "\033[2m"
#define BOLD   "\033[1m"
#define PLAIN  "\033[0m"

static const char *paint(const struct options *o, const char *colour)
{
	return o->colour ? colour : "";
}

static void describe_address(const struct entry *e, char *buf, size_t size)
{
	const char *what = e->access.p[0] == 'r'   ? "read"
			   : e->access.p[0] == 'w' ? "write"
						   : "exec";
	char value[32] = "";

	if (HAS(e, K_VAL))
		snprintf(value, sizeof(value), " %s %0*" PRIx64, *what == 'w' ? "<-" : "->",
			 (int)e->size * 2, e->val);
	snprintf(buf, size, "%s%u %08" PRIx64 "%s%s%.*s", what, e->size, e->ipa, value,
		 HAS(e, K_WHY) ? " " : "", HAS(e, K_WHY) ? e->why.len : 0,
		 HAS(e, K_WHY) ? e->why.p : "");
}

static void describe_register(const struct entry *e, char *buf, size_t size)
{
	char name[64];

	register_text(e, name);
	if (e->access.p[0] == 'w')
		snprintf(buf, size, "%s <- %08" PRIx64 " (was %08" PRIx64 ")", name, e->val,
			 e->old);
	else
		snprintf(buf, size, "%s -> %08" PRIx64, name, e->val);
}

/* What a record is about, in a few words. */
void describe(const struct entry *e, char *buf, size_t size)
{
	bool say_how = e->type == LINE_RECORD && (e->kind == KIND_CALL || *e->access.p == 'v');
	size_t used;
	char name[64];

	if (e->type != LINE_RECORD || e->state == DAMAGED) {
		snprintf(buf, size, "%s", e->text + MARK_LEN);
		return;
	}
	if (e->kind <= KIND_MEM) {
		describe_address(e, buf, size);
		return;
	}
	if (e->kind == KIND_SYSREG) {
		describe_register(e, buf, size);
		return;
	}
	/* "smc", "hvc", or "vector" in place of the number that an instruction is. */
	used = (size_t)snprintf(buf, size, "%.*s%s%s(", say_how ? e->access.len : 0, e->access.p,
				say_how ? " " : "", call_name(e, name));
	for (unsigned i = 0; i < e->arg_count && used < size; i++)
		used += (size_t)snprintf(buf + used, size - used, i ? ", %x" : "%x", e->args[i]);
	if (used < size)
		snprintf(buf + used, size - used, ")");
}

static void print_boot(const struct options *o, const struct entry *e)
{
	static const char *const shown[] = {"board",	"cpus", "policies", "mode",
					    "overflow", "mem",	"dma"};
	struct span version = field(e, "version");

	printf("%s%sboot %u: Vigil %.*s%s", e->boot > 1 ? "\n" : "", paint(o, BOLD), e->boot,
	       version.len > 0 ? version.len : 0, version.len > 0 ? version.p : "",
	       paint(o, PLAIN));
	for (size_t i = 0; i < COUNT(shown); i++) {
		struct span value = field(e, shown[i]);

		if (value.len > 40)
			printf(" %s=%.37s...", shown[i], value.p);
		else if (value.len >= 0)
			printf(" %s=%.*s", shown[i], SPAN(value));
	}
	putchar('\n');
}

static const char *colour_of(const struct entry *e)
{
	if (e->verdict == OUT_ALLOW)
		return e->would == OUT_ALLOW ? GREEN : YELLOW;
	return RED;
}

static void print_record(const struct options *o, const struct entry *e)
{
	char what[512], symbol[160], verdict[24], place[16];

	describe(e, what, sizeof(what));
	if (e->would == e->verdict)
		snprintf(verdict, sizeof(verdict), "%s", outcome_names[e->verdict]);
	else
		snprintf(verdict, sizeof(verdict), "%s(%s)", outcome_names[e->verdict],
			 outcome_names[e->would]);
	symbol_of(e, symbol);
	snprintf(place, sizeof(place), "%08x/%.*s", e->pc, SPAN(e->mode));
	printf("%5" PRIu64 ".%06" PRIu64 " %5x  %u  %s%-11s%s %-9.*s %-7s  %-12s  %s%s%s%s%s",
	       e->usec / 1000000, e->usec % 1000000, e->seq, e->cpu, paint(o, colour_of(e)),
	       verdict, paint(o, PLAIN), SPAN(e->by), kind_names[e->kind], place, what,
	       paint(o, DIM), *symbol ? "  " : "", symbol, paint(o, PLAIN));
	if (e->n > 1)
		printf("  x%" PRIu64, e->n);
}

static void print_marks(const struct options *o, const struct entry *e)
{
	if (e->auth == AUTH_FORGED || e->auth == AUTH_REPLAY || e->auth == AUTH_LATE)
		printf("  %s%s%s", paint(o, RED), auth_names[e->auth], paint(o, PLAIN));
	if (e->untimely)
		printf("  %sout of order%s", paint(o, RED), paint(o, PLAIN));
	if (e->state == REPAIRED)
		printf("  %srepaired%s", paint(o, YELLOW), paint(o, PLAIN));
	putchar('\n');
}

static void text_entry(const struct options *o, struct entry *e, const struct boot *b)
{
	(void)b;
	if (e->gap)
		printf("%16s %s%" PRIu64 " missing%s\n", "", paint(o, RED), e->gap,
		       paint(o, PLAIN));
	if (e->state == DAMAGED) {
		printf("%16s %sdamaged%s %s", "", paint(o, RED), paint(o, PLAIN), e->text);
	} else if (e->type == LINE_RECORD) {
		print_record(o, e);
	} else if (e->type == LINE_BOOT && e->auth != AUTH_FORGED && e->auth != AUTH_REPLAY) {
		print_boot(o, e);
		return;
	} else if (HAS(e, K_T)) {
		printf("%5" PRIu64 ".%06" PRIu64 "           %s%s%s", e->usec / 1000000,
		       e->usec % 1000000, paint(o, BOLD), e->text + MARK_LEN, paint(o, PLAIN));
	} else {
		printf("%23s%s%s%s", "", paint(o, BOLD), e->text + MARK_LEN, paint(o, PLAIN));
	}
	print_marks(o, e);
}

static int text_end(const struct options *o, const struct tracker *t)
{
	(void)o;
	if (t->tagged && !t->chain)
		warn("the lines are tagged, but no key was given: forged ones are not told apart");
	return EXIT_OK;
}

const struct output text_output = {.entry = text_entry, .end = text_end};
