// SPDX-License-Identifier: BSD-2-Clause
/* What collectors of logs take: CEF, and syslog by RFC 5424. */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include "command.h"

/* The number that RFC 5612 keeps for documentation: Vigil has none of its own. */
#define SD_ID "vigil@32473"

static void escape(const char *p, size_t len, const char *which)
{
	for (; len--; p++) {
		if (strchr(which, *p))
			putchar('\\');
		putchar(*p >= ' ' && *p <= '~' ? *p : '?');
	}
}

static void cef_head(const char *id, const char *name, unsigned severity)
{
	printf("CEF:0|Vigil|Vigil|%s|%s|%s|%u|", VIGIL_VERSION, id, name, severity);
}

static void cef_time(const struct options *o, const struct entry *e)
{
	if (o->has_epoch && HAS(e, K_T))
		printf("rt=%.0f ", floor(o->epoch * 1000) + (double)(e->usec / 1000));
}

static void cef_record(const struct options *o, const struct entry *e)
{
	static const unsigned severity[OUTS] = {2, 6, 8, 10};
	char id[48], name[64], buf[512];

	snprintf(id, sizeof(id), "%s.%s", kind_names[e->kind], outcome_names[e->verdict]);
	snprintf(name, sizeof(name), "%s %s", kind_names[e->kind], outcome_names[e->would]);
	cef_head(id, name, severity[e->would]);
	cef_time(o, e);
	describe(e, buf, sizeof(buf));
	printf("act=%s externalId=%u cnt=%" PRIu64 " msg=", outcome_names[e->verdict], e->seq,
	       e->n);
	escape(buf, strlen(buf), "\\=");
	printf(" cs1Label=policy cs1=%.*s cs2Label=pc cs2=%08x/%.*s", SPAN(e->by), e->pc,
	       SPAN(e->mode));
	printf(" cs3Label=identity cs3=tt:%08" PRIx64 ",ctx:%08x,tp:%08x", e->tt, e->ctx, e->tp);
	if (*symbol_of(e, buf)) {
		printf(" cs4Label=symbol cs4=");
		escape(buf, strlen(buf), "\\=");
	}
	if (e->kind <= KIND_MEM)
		printf(" cs5Label=address cs5=%08" PRIx64, e->ipa);
	if (*call_name(e, name))
		printf(" cs6Label=call cs6=%s", name);
	printf(" cn1Label=boot cn1=%u cn2Label=cpu cn2=%u cn3Label=boardTime cn3=%" PRIu64, e->boot,
	       e->cpu, e->usec);
	printf(" flexString1Label=tag flexString1=%s\n", auth_names[e->auth]);
}

static void cef_entry(const struct options *o, struct entry *e, const struct boot *b)
{
	char name[64];

	(void)b;
	/* What is damaged or forged comes as a finding. */
	if (e->state == DAMAGED || e->auth == AUTH_FORGED || e->auth == AUTH_REPLAY)
		return;
	if (e->type == LINE_RECORD) {
		cef_record(o, e);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", SPAN(e->word));
	cef_head(name, name, e->type == LINE_HALT ? 10 : 3);
	cef_time(o, e);
	printf("msg=");
	escape(e->text + MARK_LEN, e->len - MARK_LEN, "\\=");
	printf(" cn1Label=boot cn1=%u\n", e->boot);
}

static void cef_found(const struct options *o, enum finding what, const struct boot *b,
		      const struct entry *e, const char *text)
{
	char id[32];

	snprintf(id, sizeof(id), "log.%s", finding_names[what]);
	cef_head(id, id, is_failure(o, what) ? 9 : 3);
	printf("msg=");
	escape(text, strlen(text), "\\=");
	if (e) {
		printf(" cs1Label=line cs1=");
		escape(e->text, e->len, "\\=");
	}
	printf(" cn1Label=boot cn1=%u\n", b ? b->index : 0);
}

const struct output cef_output = {.entry = cef_entry, .found = cef_found};

/* Facility 13 is that of audit logs. */
static void syslog_head(const struct options *o, unsigned severity, const struct entry *e,
			const char *id)
{
	char stamp[64] = "-";

	if (o->has_epoch && e && HAS(e, K_T)) {
		uint64_t usec = (uint64_t)llround(o->epoch * 1e6) + e->usec;
		time_t seconds = (time_t)(usec / 1000000);
		struct tm tm;
		size_t n = strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S",
				    gmtime_r(&seconds, &tm));

		snprintf(stamp + n, sizeof(stamp) - n, ".%06uZ", (unsigned)(usec % 1000000));
	}
	printf("<%u>1 %s %s vigil - %s ", 13 * 8 + severity, stamp, o->hostname, id);
}

static void parameter(const char *name, const char *value, size_t len)
{
	printf(" %s=\"", name);
	escape(value, len, "\\\"]");
	putchar('"');
}

static void syslog_record(const struct options *o, const struct entry *e)
{
	static const unsigned severity[OUTS] = {6, 4, 3, 2};
	const char *p = e->text + MARK_LEN, *end = e->text + e->len;
	char what[512], symbol[160];

	syslog_head(o, severity[e->would], e, kind_names[e->kind]);
	printf("[" SD_ID " boot=\"%u\" kind=\"%s\" access=\"%.*s\" verdict=\"%s\"", e->boot,
	       kind_names[e->kind], SPAN(e->access), outcome_names[e->verdict]);
	if (e->auth != AUTH_NONE)
		printf(" tag=\"%s\"", auth_names[e->auth]);
	/* The line's own keys, as they are. */
	while (p < end) {
		const char *space = memchr(p, ' ', (size_t)(end - p)), *equals;
		const char *stop = space ? space : end;

		equals = memchr(p, '=', (size_t)(stop - p));
		if (equals && equals - p < 32) {
			char key[32];

			snprintf(key, sizeof(key), "%.*s", (int)(equals - p), p);
			parameter(key, equals + 1, (size_t)(stop - equals - 1));
		}
		p = stop + 1;
	}
	if (*symbol_of(e, symbol))
		parameter("symbol", symbol, strlen(symbol));
	describe(e, what, sizeof(what));
	printf("] %s %s by %.*s\n", outcome_names[e->verdict], what, SPAN(e->by));
}

static void syslog_entry(const struct options *o, struct entry *e, const struct boot *b)
{
	char word[33];

	(void)b;
	if (e->state == DAMAGED || e->auth == AUTH_FORGED || e->auth == AUTH_REPLAY)
		return;
	if (e->type == LINE_RECORD) {
		syslog_record(o, e);
		return;
	}
	snprintf(word, sizeof(word), "%.*s", SPAN(e->word));
	syslog_head(o, e->type == LINE_HALT ? 2 : 5, e, word);
	printf("[" SD_ID " boot=\"%u\"] %s\n", e->boot, e->text + MARK_LEN);
}

static void syslog_found(const struct options *o, enum finding what, const struct boot *b,
			 const struct entry *e, const char *text)
{
	syslog_head(o, is_failure(o, what) ? 1 : 5, NULL, finding_names[what]);
	printf("[" SD_ID " boot=\"%u\"", b ? b->index : 0);
	if (e)
		parameter("line", e->text, e->len);
	printf("] %s: %s\n", finding_names[what], text);
}

const struct output syslog_output = {.entry = syslog_entry, .found = syslog_found};
