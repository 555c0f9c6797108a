# SPDX-License-Identifier: BSD-2-Clause
# Running, testing and counting: what needs more than the cross compiler.

SMP ?= 4
MEM ?= 1G
INITRD ?=
DTB ?=
APPEND ?= console=ttyAMA0 quiet
OPTIONS ?= $(if $(filter log,$(POLICY)),log.call=all log.mmio=0x9010000+0x1000)
QEMU_ARGS ?=

GUEST_KERNEL := $(GUEST)/vmlinuz-armmp
GUEST_INITRD := $(BUILD)/initramfs.gz

$(GUEST_KERNEL):
	$(Q)tools/setup run
	$(Q)tools/fetch $(GUEST) armmp
$(GUEST)/vmlinuz-armmp-lpae:
	$(Q)tools/fetch $(GUEST) armmp-lpae
$(GUEST)/busybox:
	$(Q)tools/fetch $(GUEST) busybox
$(GUEST_INITRD): $(GUEST)/busybox tools/mkinitramfs tools/guest-init
	$(Q)tools/mkinitramfs --dir $(GUEST) $@

# A raw image needs no ramdisk; what the user names is taken as it is.
run_kernel := $(or $(KERNEL),$(GUEST_KERNEL))
run_initrd := $(or $(INITRD),$(if $(KERNEL_ADDR),,$(GUEST_INITRD)))

run: setup-run
	$(Q)$(MAKE) --no-print-directory KERNEL='$(run_kernel)' run-now
.PHONY: run-now
run-now: $(OUT)/uImage $(run_kernel) $(run_initrd)
	$(Q)exec tools/run --uimage $(OUT)/uImage --smp '$(SMP)' --mem '$(MEM)' \
		$(if $(run_initrd),--initrd '$(run_initrd)') \
		$(if $(DTB),--dtb '$(DTB)') --append '$(APPEND)' \
		--options '$(OPTIONS)' --qemu-args '$(QEMU_ARGS)'

setup-build setup-run setup-test:
	$(Q)tools/setup $(@:setup-%=%)
