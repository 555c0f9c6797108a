// SPDX-License-Identifier: BSD-2-Clause
/* One page of HTML: nothing is loaded, no script runs; the timelines are SVG. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "tally.h"

#define BARS   120
#define WIDTH  960
#define HEIGHT 160
#define LANE   14

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

static const char *const classes[KINDS + 1] = {"k0", "k1", "k2", "k3", "k4", "d"};

/* Events by slice of time: of each kind those allowed, and last those denied. */
struct bars {
	uint64_t n[BARS][KINDS + 1];
	uint64_t most;
};

static void count(const struct boot *b, struct bars *bars)
{
	uint64_t length = b->last - b->first + 1;

	memset(bars, 0, sizeof(*bars));
	for (size_t i = 0; i < tally.point_count; i++) {
		const struct point *p = &tally.points[i];

		if (p->boot == b->index && p->usec >= b->first && p->usec <= b->last)
			bars->n[(p->usec - b->first) * BARS / length]
			       [p->denied ? KINDS : p->kind] += p->n;
	}
	for (int i = 0; i < BARS; i++) {
		uint64_t sum = 0;

		for (int k = 0; k <= KINDS; k++)
			sum += bars->n[i][k];
		bars->most = sum > bars->most ? sum : bars->most;
	}
}

static void draw_bars(const struct boot *b, const struct bars *bars)
{
	double slice = (double)(b->last - b->first) / 1e6 / BARS;

	for (int i = 0; i < BARS; i++) {
		double y = HEIGHT, x = (double)i * WIDTH / BARS;

		for (int k = 0; k <= KINDS; k++) {
			double h = (double)bars->n[i][k] * (HEIGHT - 14) / (double)bars->most;

			if (!bars->n[i][k])
				continue;
			h = h < 1 ? 1 : h;
			y -= h;
			printf("<rect class=%s x=%.1f y=%.1f width=%.1f height=%.1f>"
			       "<title>%.3f s: %" PRIu64 " %s</title></rect>\n",
			       classes[k], x, y, (double)WIDTH / BARS - 1, h,
			       (double)b->first / 1e6 + i * slice, bars->n[i][k],
			       k == KINDS ? "denied" : kind_names[k]);
		}
	}
}

/* A mark for each event of each CPU, those that were denied above the others. */
static void draw_lanes(const struct boot *b, unsigned cpus)
{
	double scale = (double)WIDTH / (double)(b->last - b->first + 1), last[8][2];

	for (int c = 0; c < 16; c++)
		last[c / 2][c % 2] = -2;
	for (unsigned c = 0; c < cpus; c++)
		printf("<text x=2 y=%u>CPU %u</text>\n", HEIGHT + 30 + c * LANE, c);
	for (int denied = 0; denied < 2; denied++)
		for (size_t i = 0; i < tally.point_count; i++) {
			const struct point *p = &tally.points[i];
			double x = p->usec < b->first ? 0 : (double)(p->usec - b->first) * scale;

			/* Closer than a line is wide there is nothing more to see. */
			if (p->boot != b->index || p->denied != denied ||
			    x - last[p->cpu][denied] < 1)
				continue;
			last[p->cpu][denied] = x;
			printf("<rect class=%s x=%.1f y=%u width=1.2 height=%u />\n",
			       classes[denied ? KINDS : p->kind], x, HEIGHT + 20 + p->cpu * LANE,
			       LANE - 3);
		}
}

static void draw(const struct boot *b)
{
	static struct bars bars;
	unsigned cpus = 0;

	for (size_t i = 0; i < tally.point_count; i++)
		if (tally.points[i].boot == b->index && tally.points[i].cpu >= cpus)
			cpus = tally.points[i].cpu + 1u;
	count(b, &bars);
	if (!bars.most)
		return;
	printf("<p class=dim>");
	for (int k = 0; k < KINDS; k++)
		printf("<i class=\"s k%d\"></i>%s", k, kind_names[k]);
	printf("<i class=\"s d\"></i>denied, or would have been</p>\n");
	printf("<svg viewBox=\"0 0 %d %u\" role=img aria-label=\"events over time\">\n", WIDTH,
	       HEIGHT + 24 + cpus * LANE);
	draw_bars(b, &bars);
	printf("<text x=2 y=11>%" PRIu64 " events in %.3f s</text>\n", bars.most,
	       (double)(b->last - b->first) / 1e6 / BARS);
	for (int i = 0; i <= 4; i++)
		printf("<text x=%d y=%d text-anchor=%s>%.3f s</text>\n", i * WIDTH / 4, HEIGHT + 14,
		       i ? i == 4 ? "end" : "middle" : "start",
		       (double)(b->first + (b->last - b->first) * (unsigned)i / 4) / 1e6);
	draw_lanes(b, cpus);
	printf("</svg>\n");
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
	draw(b);
	if (b->header) {
		printf("<p class=dim><code>");
		html(b->header);
		printf("</code></p>\n");
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
		printf("<p>%" PRIu64 " events in a dry run, counted as what would have been.</p>\n",
		       tally.would);
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

static int report_end(const struct options *o, const struct tracker *t)
{
	if (!t->lines) {
		warn("no line of Vigil's log in what was read");
		return EXIT_NO_LOG;
	}
	printf("<!doctype html>\n<html lang=en><head><meta charset=utf-8>"
	       "<meta name=viewport content=\"width=device-width\">"
	       "<title>Vigil's log: ");
	html(input_name());
	printf("</title>\n<style>%s</style></head>\n<body>\n<h1>Vigil's log</h1>\n<p class=dim>",
	       style);
	html(input_name());
	printf(": %u boots, %" PRIu64 " lines. ", t->boots, t->lines);
	printf("%s</p>\n", t->chain    ? "Tags were checked; what is forged is not counted."
			   : t->tagged ? "The lines are tagged, but were read without the key."
				       : "The lines have no tags: forgery cannot be ruled out.");
	for (size_t i = 0; i < tally.boot_count; i++)
		show_boot(o, &tally.boots[i]);
	show_kinds();
	printf("<div class=pair>\n");
	for (int i = 0; i < TABLES; i++)
		show_table(o, i);
	printf("</div>\n</body></html>\n");
	tally_free();
	return EXIT_OK;
}

const struct output report_output = {
	.entry = tally_entry, .boot_end = tally_boot, .end = report_end};
