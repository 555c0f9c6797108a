// SPDX-License-Identifier: BSD-2-Clause
/* One page of HTML: nothing is loaded, no script runs; the timelines are SVG. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "tally.h"

#define LISTED 100 /* of the events that were denied */

static const char style[] =
	"body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:64em;padding:0 1em;"
	"color:#1d2530;background:#fff}"
	"h1{font-size:1.6em;margin-bottom:.1em}h2{font-size:1.2em;margin:1.8em 0 .3em}"
	"table{border-collapse:collapse;margin:.4em 0 1.2em;font-variant-numeric:tabular-nums}"
	"th,td{padding:.2em .9em .2em 0;text-align:right;border-bottom:1px solid #d5dbe3}"
	"th:first-child,td:first-child{text-align:left;font-family:ui-monospace,monospace;"
	"font-size:.92em}th{color:#5a6675;font-weight:600}"
	".bad{color:#b3261e;font-weight:600}.ok{color:#1b7f3b;font-weight:600}.dim{color:#5a6675}"
	".pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(27em,1fr));gap:0 2.5em}"
	"svg{width:100%;height:auto;background:#f6f8fa;border-radius:4px}"
	"svg text{font:11px system-ui,sans-serif;fill:#5a6675}"
	".k0{fill:#3b76c4}.k1{fill:#7b5cb8}.k2{fill:#c08a1e}.k3{fill:#3a9a8f}.k4{fill:#6f7f90}"
	".d{fill:#c62f26}i.s{display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 1em}"
	"i.k0{background:#3b76c4}i.k1{background:#7b5cb8}i.k2{background:#c08a1e}"
	"i.k3{background:#3a9a8f}i.k4{background:#6f7f90}i.d{background:#c62f26}"
	".list td,.list "
	"th{text-align:left;font-size:.92em;vertical-align:top}summary{cursor:pointer}"
	"code{word-break:break-all;font-size:.85em}"
	"@media(prefers-color-scheme:dark){body{color:#dbe2ea;background:#14181d}"
	"svg{background:#1c2229}th,td{border-color:#333c47}.dim,th,svg text{color:#93a1b0;"
	"fill:#93a1b0}.bad{color:#ff8a80}.ok{color:#7bd88f}}";

static void html(const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '<':
			fputs("&lt;", stdout);
			break;
		case '>':
			fputs("&gt;", stdout);
			break;
		case '&':
			fputs("&amp;", stdout);
			break;
		case '"':
			fputs("&quot;", stdout);
			break;
		default:
			putchar(*text >= ' ' && *text <= '~' ? *text : '?');
		}
}

static void show_boot(const struct options *o, const struct boot *b)
{
	const char *class = "ok", *separator = "";

	printf("<h2>Boot %u</h2>\n<p>%" PRIu64 " records of %" PRIu64
	       " events, %.3f s to %.3f s, at most %" PRIu64 " events in a second. ",
	       b->index, b->records, b->events, (double)b->first / 1e6, (double)b->last / 1e6,
	       tally_peak(b->index));
	for (int f = 0; f < FINDINGS; f++)
		if (b->found[f] && is_failure(o, (enum finding)f))
			class = "bad";
	printf("<span class=%s>", class);
	for (int f = 0; f < FINDINGS; f++)
		if (b->found[f]) {
			printf("%s%" PRIu64 " %s", separator, b->found[f], finding_names[f]);
			separator = ", ";
		}
	printf("%s</span>%s</p>\n", *separator ? "" : "The log is complete",
	       b->verified ? ", all counted tags are right." : ".");
	timeline_draw(b);
	if (b->header) {
		printf("<details class=dim><summary>its first line</summary><code>");
		html(b->header);
		printf("</code></details>\n");
	}
}

static void show_kinds(void)
{
	printf("<h2>Kinds and verdicts</h2>\n<table><tr><th>kind");
	for (int v = 0; v < OUTS; v++)
		printf("<th>%s", outcome_names[v]);
	printf("</tr>\n");
	for (int k = 0; k < KINDS; k++) {
		printf("<tr><td>%s", kind_names[k]);
		for (int v = 0; v < OUTS; v++)
			printf("<td%s>%" PRIu64, v && tally.kinds[k][v] ? " class=bad" : "",
			       tally.kinds[k][v]);
		printf("</tr>\n");
	}
	printf("</table>\n");
	if (tally.would)
		printf("<p>%" PRIu64
		       " event%s in a dry run, counted as what would have been.</p>\n",
		       tally.would, plural(tally.would));
}

static void show_table(const struct options *o, int which)
{
	size_t n;
	struct item *items = table_sorted(&tally.table[which], &n);

	if (n) {
		printf("<div><h2>By %s</h2>\n<table><tr><th>%s<th>events<th>denied</tr>\n",
		       table_titles[which], table_titles[which]);
		for (size_t i = 0; i < n && i < o->top; i++) {
			printf("<tr><td>");
			html(items[i].name);
			printf("<td>%" PRIu64 "<td%s>%" PRIu64 "</tr>\n", items[i].events,
			       items[i].denied ? " class=bad" : "", items[i].denied);
		}
		printf("</table>");
		if (n > o->top)
			printf("<p class=dim>the first %u of %zu</p>", o->top, n);
		printf("</div>\n");
	}
	free(items);
}

static struct {
	struct entry e;
	char *text; /* that the entry points into */
} denied[LISTED];
static uint64_t denied_count;

static void report_entry(const struct options *o, struct entry *e, const struct boot *b)
{
	uint64_t before = tally.records;

	tally_entry(o, e, b);
	if (tally.records == before || e->would == OUT_ALLOW)
		return;
	if (denied_count < LISTED) {
		size_t bad;
		char *text = strdup(e->text);

		if (!text)
			die("out of memory");
		parse_line(text, e->len, false, &denied[denied_count].e, &bad);
		denied[denied_count].e.boot = e->boot;
		denied[denied_count].text = text;
	}
	denied_count++;
}

static void show_denied(void)
{
	if (denied_count)
		printf("<h2>Denied</h2>\n<table class=list><tr><th>time<th>boot<th>CPU<th>verdict"
		       "<th>by<th>what<th>at<th>times</tr>\n");
	for (uint64_t i = 0; i < denied_count && i < LISTED; i++) {
		const struct entry *e = &denied[i].e;
		char what[512], symbol[160];

		describe(e, what, sizeof(what));
		printf("<tr><td>%.6f<td>%u<td>%u<td class=bad>%s%s<td>%.*s<td>",
		       (double)e->usec / 1e6, e->boot, e->cpu,
		       e->would == e->verdict ? "" : "would ", outcome_names[e->would],
		       SPAN(e->by));
		html(what);
		printf("<td>%08x/%.*s ", e->pc, SPAN(e->mode));
		html(symbol_of(e, symbol));
		printf("<td>%" PRIu64 "</tr>\n", e->n);
		free(denied[i].text);
	}
	if (denied_count)
		printf("</table>\n");
	if (denied_count > LISTED)
		printf("<p class=dim>the first %d of %" PRIu64 " records</p>\n", LISTED,
		       denied_count);
	denied_count = 0;
}

static int report_end(const struct options *o, const struct tracker *t)
{
	if (!t->lines)
		return EXIT_NO_LOG;
	printf("<!doctype html>\n<html lang=en><head><meta charset=utf-8>"
	       "<meta name=viewport content=\"width=device-width\">"
	       "<title>Vigil's log: ");
	html(input_name());
	printf("</title>\n<style>%s</style></head>\n<body>\n<h1>Vigil's log</h1>\n<p class=dim>",
	       style);
	html(input_name());
	printf(": %u boot%s, %" PRIu64 " line%s. ", t->boots, plural(t->boots), t->lines,
	       plural(t->lines));
	printf("%s</p>\n", t->chain    ? "Tags were checked; what is forged is not counted."
			   : t->tagged ? "The lines are tagged, but were read without the key."
				       : "The lines have no tags: forgery cannot be ruled out.");
	for (size_t i = 0; i < tally.boot_count; i++)
		show_boot(o, &tally.boots[i]);
	show_kinds();
	show_denied();
	printf("<div class=pair>\n");
	for (int i = 0; i < TABLES; i++)
		show_table(o, i);
	printf("</div>\n</body></html>\n");
	tally_free();
	return EXIT_OK;
}

const struct output report_output = {
	.entry = report_entry, .boot_end = tally_boot, .end = report_end};
