// SPDX-License-Identifier: BSD-2-Clause
/* One JSON object a line; and Chrome's trace format, which Perfetto opens. */
#include <inttypes.h>
#include <string.h>
#include "command.h"

void json_string(const char *p, size_t len)
{
	putchar('"');
	for (; len--; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ' || c > '~')
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void json_span(const char *key, struct span s)
{
	printf(",\"%s\":", key);
	json_string(s.p, (size_t)s.len);
}

static void json_hex(const struct entry *e, enum key key, const char *name, uint64_t value)
{
	if (HAS(e, key))
		printf(",\"%s\":\"0x%" PRIx64 "\"", name, value);
}

static void json_call(const struct entry *e)
{
	char name[64];

	json_hex(e, K_NR, "nr", e->nr);
	if (*call_name(e, name))
		json_span("call", (struct span){name, (int)strlen(name)});
	for (unsigned i = 0; i < e->arg_count; i++)
		printf("%s\"0x%x\"", i ? "," : ",\"args\":[", e->args[i]);
	if (e->arg_count)
		putchar(']');
}

static void json_record(const struct entry *e)
{
	char buf[160];

	printf(",\"seq\":%u,\"cpu\":%u,\"kind\":\"%s\",\"access\":\"%.*s\",\"verdict\":\"%s\"",
	       e->seq, e->cpu, kind_names[e->kind], SPAN(e->access), outcome_names[e->verdict]);
	if (e->would != e->verdict)
		printf(",\"would\":\"%s\"", outcome_names[e->would]);
	printf(",\"pc\":\"0x%x\",\"mode\":\"%.*s\"", e->pc, SPAN(e->mode));
	if (*symbol_of(e, buf))
		json_span("symbol", (struct span){buf, (int)strlen(buf)});
	json_hex(e, K_VA, "va", e->va);
	json_hex(e, K_IPA, "ipa", e->ipa);
	if (HAS(e, K_REG)) {
		register_text(e, buf);
		json_span("reg", (struct span){buf, (int)strlen(buf)});
	}
	json_hex(e, K_VAL, "val", e->val);
	json_hex(e, K_OLD, "old", e->old);
	json_call(e);
	if (HAS(e, K_WHY))
		json_span("why", e->why);
	json_hex(e, K_TT, "tt", e->tt);
	json_hex(e, K_CTX, "ctx", e->ctx);
	json_hex(e, K_TP, "tp", e->tp);
	json_span("by", e->by);
	if (e->n > 1)
		printf(",\"n\":%" PRIu64, e->n);
}

/* What stands there as a decimal number is one here too. All else may be hexadecimal, or text. */
static void json_value(struct span key, struct span value)
{
	static const char decimal[] = "cpus,hz,events,repeats,dropped,high,end,cpu,suppressed";
	uint64_t number;

	if (in_list(decimal, strlen(decimal), key) && value.len < 16 &&
	    parse_dec(value.p, value.len, &number) && (*value.p != '0' || value.len == 1))
		printf("%" PRIu64, number);
	else
		json_string(value.p, (size_t)value.len);
}

/* Of other lines, each key that is not what is said of the line itself; of two, the first. */
static void json_fields(const struct entry *e)
{
	static const char own[] = "type,line,boot,state,auth,text,t,missing_before,mac";
	const char *p = e->word.p + e->word.len, *end = e->text + e->len;

	/* Its word is a key. */
	if (p < end && *p == '=')
		p = e->word.p - 1;
	while (p < end) {
		const char *space, *stop, *equals;
		struct span key, value;

		p++;
		space = memchr(p, ' ', (size_t)(end - p));
		stop = space ? space : end;
		equals = memchr(p, '=', (size_t)(stop - p));
		/* They have spaces between them, and are the last. */
		if (equals && equals - p == 7 && !memcmp(p, "options", 7))
			stop = HAS(e, K_MAC) ? end - strlen(" mac=0123456789abcdef") : end;
		key = (struct span){p, equals ? (int)(equals - p) : -1};
		if (equals && !in_list(own, strlen(own), key) && field_of(e, key).p == equals + 1) {
			value = (struct span){equals + 1, (int)(stop - equals - 1)};
			putchar(',');
			json_string(key.p, (size_t)key.len);
			putchar(':');
			json_value(key, value);
		}
		p = stop;
	}
}

void json_entry(const struct entry *e)
{
	static const char *const states[] = {"whole", "repaired", "damaged"};

	printf("\"type\":");
	json_string(e->word.p, (size_t)e->word.len);
	printf(",\"line\":%" PRIu64 ",\"boot\":%u", e->line, e->boot);
	if (e->state != WHOLE)
		printf(",\"state\":\"%s\"", states[e->state]);
	if (e->auth != AUTH_NONE)
		printf(",\"auth\":\"%s\"", auth_names[e->auth]);
	/* What is not the monitor's is not told as if it were. */
	if (e->state == DAMAGED || e->auth == AUTH_FORGED || e->auth == AUTH_REPLAY) {
		json_span("text", (struct span){e->text, (int)e->len});
		return;
	}
	if (HAS(e, K_T))
		printf(",\"t\":%" PRIu64 ".%06" PRIu64, e->usec / 1000000, e->usec % 1000000);
	if (e->gap)
		printf(",\"missing_before\":%" PRIu64, e->gap);
	if (e->type == LINE_RECORD)
		json_record(e);
	else
		json_fields(e);
}

void json_finding(enum finding what, const struct boot *b, const struct entry *e, const char *text)
{
	printf("{\"type\":\"finding\",\"what\":\"%s\",\"boot\":%u", finding_names[what],
	       b ? b->index : 0);
	if (e)
		printf(",\"line\":%" PRIu64, e->line);
	json_span("why", (struct span){text, (int)strlen(text)});
	if (e)
		json_span("text", (struct span){e->text, (int)e->len});
	printf("}\n");
}

static void lines_entry(const struct options *o, struct entry *e, const struct boot *b)
{
	(void)o;
	(void)b;
	putchar('{');
	json_entry(e);
	printf("}\n");
}

const struct output json_output = {.entry = lines_entry};

/* Chrome: a process for each boot, a thread for each CPU. */

static unsigned named_boot, named_cpus;

static void chrome_begin(const struct options *o)
{
	(void)o;
	printf("{\"displayTimeUnit\":\"ms\",\"otherData\":{\"source\":\"Vigil\"},\"traceEvents\":["
	       "\n"
	       "{\"ph\":\"M\",\"pid\":0,\"name\":\"process_name\",\"args\":{\"name\":\"Vigil\"}}");
}

static void chrome_names(const struct entry *e)
{
	if (named_boot != e->boot) {
		named_boot = e->boot;
		named_cpus = 0;
		printf(",\n{\"ph\":\"M\",\"pid\":%u,\"name\":\"process_name\",\"args\":{\"name\":"
		       "\"boot "
		       "%u\"}}",
		       e->boot, e->boot);
	}
	if (e->type == LINE_RECORD && !(named_cpus & 1u << e->cpu)) {
		named_cpus |= 1u << e->cpu;
		printf(",\n{\"ph\":\"M\",\"pid\":%u,\"tid\":%u,\"name\":\"thread_name\",\"args\":{"
		       "\"name\":\"CPU %u\"}}",
		       e->boot, e->cpu, e->cpu);
	}
}

static void chrome_entry(const struct options *o, struct entry *e, const struct boot *b)
{
	char what[512];
	bool record = e->type == LINE_RECORD;

	(void)o;
	(void)b;
	if (e->state == DAMAGED || !HAS(e, K_T))
		return;
	chrome_names(e);
	describe(e, what, sizeof(what));
	printf(",\n{\"ph\":\"i\",\"s\":\"%c\",\"ts\":%" PRIu64
	       ",\"pid\":%u,\"tid\":%u,\"cat\":\"%s\","
	       "\"name\":",
	       record ? 't' : 'p', e->usec, e->boot, e->cpu,
	       record ? kind_names[e->kind] : "vigil");
	json_string(what, strlen(what));
	if (record && e->would != OUT_ALLOW)
		printf(",\"cname\":\"terrible\"");
	printf(",\"args\":{");
	json_entry(e);
	printf("}}");
}

static int chrome_end(const struct options *o, const struct tracker *t)
{
	(void)o;
	(void)t;
	printf("\n]}\n");
	return EXIT_OK;
}

const struct output chrome_output = {
	.begin = chrome_begin, .entry = chrome_entry, .end = chrome_end};
