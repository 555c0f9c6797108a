// SPDX-License-Identifier: BSD-2-Clause
/* Events over time, as SVG: bars by kind, and beneath them a lane for each CPU. */
#include <inttypes.h>
#include <string.h>
#include "tally.h"

#define BARS   120
#define WIDTH  960
#define HEIGHT 160
#define LANE   14
#define GUTTER 44 /* for the names of CPUs */

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
		printf("<text x=%d y=%u>CPU %u</text>\n", 4 - GUTTER, HEIGHT + 30 + c * LANE, c);
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

void timeline_draw(const struct boot *b)
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
	printf("<svg viewBox=\"%d 0 %d %u\" role=img aria-label=\"events over time\">\n", -GUTTER,
	       WIDTH + GUTTER + 4, HEIGHT + 24 + cpus * LANE);
	draw_bars(b, &bars);
	printf("<text x=%d y=11>up to %" PRIu64 " events in %.3f s</text>\n", 4 - GUTTER, bars.most,
	       (double)(b->last - b->first) / 1e6 / BARS);
	for (int i = 0; i <= 4; i++)
		printf("<text x=%d y=%d text-anchor=%s>%.3f s</text>\n", i * WIDTH / 4, HEIGHT + 14,
		       i ? i == 4 ? "end" : "middle" : "start",
		       (double)(b->first + (b->last - b->first) * (unsigned)i / 4) / 1e6);
	draw_lanes(b, cpus);
	printf("</svg>\n");
}
