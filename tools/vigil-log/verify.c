// SPDX-License-Identifier: BSD-2-Clause
/* What is found as it is found, a few lines for each boot, one for all. */
#include <inttypes.h>
#include <string.h>
#include "command.h"

bool is_failure(const struct options *o, enum finding what)
{
	return what != REPAIR && !(what == DROPPED && o->allow_dropped);
}

static void verify_found(const struct options *o, enum finding what, const struct boot *b,
			 const struct entry *e, const char *text)
{
	if (o->format == FORMAT_JSON) {
		json_finding(what, b, e, text);
		return;
	}
	if (o->quiet)
		return;
	if (e)
		printf("%s:%" PRIu64 ": %s: %s: %s\n", input_name(), e->line, finding_names[what],
		       text, e->text);
	else
		printf("%s: boot %u: %s: %s\n", b->file, b->index, finding_names[what], text);
}

static bool failed(const struct options *o, const uint64_t found[FINDINGS])
{
	for (int i = 0; i < FINDINGS; i++)
		if (found[i] && is_failure(o, (enum finding)i))
			return true;
	return false;
}

static void list_found(const uint64_t found[FINDINGS], const char *before)
{
	for (int i = 0; i < FINDINGS; i++)
		if (found[i]) {
			printf("%s%" PRIu64 " %s", before, found[i], finding_names[i]);
			before = ", ";
		}
	putchar('\n');
}

static bool any(const uint64_t found[FINDINGS])
{
	for (int i = 0; i < FINDINGS; i++)
		if (found[i])
			return true;
	return false;
}

static void json_boot(const struct options *o, const struct boot *b)
{
	printf("{\"type\":\"boot-summary\",\"boot\":%u,\"line\":%" PRIu64
	       ",\"ok\":%s,\"lines\":%" PRIu64 ",\"records\":%" PRIu64 ",\"tagged\":%" PRIu64
	       ",\"verified\":%" PRIu64,
	       b->index, b->line, failed(o, b->found) ? "false" : "true", b->lines, b->records,
	       b->tagged, b->verified);
	for (int i = 0; i < FINDINGS; i++)
		printf(",\"%s\":%" PRIu64, finding_names[i], b->found[i]);
	printf("}\n");
}

static void verify_boot(const struct options *o, const struct boot *b)
{
	if (o->format == FORMAT_JSON) {
		json_boot(o, b);
		return;
	}
	if (o->quiet)
		return;
	printf("%s: boot %u: %" PRIu64 " line%s from line %" PRIu64 " on, %" PRIu64
	       " record%s, %" PRIu64 ".%06" PRIu64 " to %" PRIu64 ".%06" PRIu64 " s",
	       b->file, b->index, b->lines, plural(b->lines), b->line, b->records,
	       plural(b->records), b->first / 1000000, b->first % 1000000, b->last / 1000000,
	       b->last % 1000000);
	if (o->has_key)
		printf(", %" PRIu64 " tags right", b->verified);
	if (any(b->found))
		list_found(b->found, ": ");
	else
		printf(": complete\n");
}

static int verify_end(const struct options *o, const struct tracker *t)
{
	bool bad = failed(o, t->found_total);

	if (!t->lines)
		return EXIT_NO_LOG;
	if (o->format != FORMAT_JSON && !o->quiet) {
		if (!t->chain && t->tagged)
			printf("The lines are tagged, but no key was given: only numbers were "
			       "checked.\n");
		else if (!t->chain)
			printf("The lines have no tags: forgery cannot be ruled out.\n");
		printf("%s: %u boot%s, %" PRIu64 " line%s", bad ? "FAILED" : "ok", t->boots,
		       plural(t->boots), t->lines, plural(t->lines));
		list_found(t->found_total, ": ");
	}
	return bad ? EXIT_FINDINGS : EXIT_OK;
}

const struct output verify_output = {
	.found = verify_found, .boot_end = verify_boot, .end = verify_end};
