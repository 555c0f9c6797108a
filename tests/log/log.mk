# SPDX-License-Identifier: BSD-2-Clause
# What the tests of vigil-log need beside it: one with a policy of one's own linked in, a program
# that hashes, and libFuzzer's.

LOG_TEST := $(TEST)/log
FUZZ_CC ?= clang
FUZZ_FLAGS := -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
FUZZ_SECONDS ?= 600

log_fuzz_sources := tests/log/fuzz.c $(filter-out %/main.c %/replay.c %/replay-arch.c,\
	$(wildcard $(vlog_dir)/*.c))

$(LOG_TEST)/fuzz: $(log_fuzz_sources) $(wildcard $(vlog_dir)/*.h) $(VLOG)/syscalls.h
	@mkdir -p $(@D)
	$(call say,FUZZCC,$@)
	$(Q)$(FUZZ_CC) -std=gnu11 $(FUZZ_FLAGS) $(VLOG_CPPFLAGS) -o $@ $(log_fuzz_sources) -lm

$(LOG_TEST)/siphash: tests/log/siphash.c $(vlog_dir)/siphash.c $(vlog_dir)/vlog.h
	@mkdir -p $(@D)
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) -std=gnu11 -Wall -Wextra -Werror -fsanitize=address,undefined $(VLOG_CPPFLAGS) \
		-o $@ $(filter %.c,$^)

.PHONY: log-test-build fuzz
log-test-build: $(VLOG)/vigil-log $(LOG_TEST)/fuzz $(LOG_TEST)/siphash
	$(Q)$(MAKE) --no-print-directory BUILD=$(TEST)/rtcguard POLICY_DIR=docs/examples \
		$(TEST)/rtcguard/tools/vigil-log

# What is new in the corpus that this leaves behind may be kept: merge it into tests/log/corpus.
fuzz: $(LOG_TEST)/fuzz
	@mkdir -p $(LOG_TEST)/corpus
	$(LOG_TEST)/fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=20 -max_len=3000 \
		-artifact_prefix=$(LOG_TEST)/ -dict=tests/log/fuzz.dict $(LOG_TEST)/corpus tests/log/corpus
