/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest without an operating system. It runs the group of tests that the
 * command line names, says `ok NAME` or `FAIL NAME why` for each, and what the
 * audit log has to show for it as `expect` lines, which tests/boot compares
 * with the log line by line.
 */
#ifndef GUEST_H
#define GUEST_H

/* struct result, for entry.S. */
#define OUT_SP	  52
#define OUT_LR	  56
#define OUT_CPSR  60
#define OUT_EXC	  64
#define OUT_PC	  68
#define OUT_SPSR  72
#define OUT_DFSR  76
#define OUT_DFAR  80
#define OUT_IFSR  84
#define OUT_IFAR  88
#define OUT_ENTRY 92

#define EXC_NONE     0
#define EXC_UNDEF    1
#define EXC_SVC	     2
#define EXC_PREFETCH 3
#define EXC_DATA     4
#define EXC_IRQ	     6
#define EXC_FIQ	     7

#define USR 0x10
#define FIQ 0x11
#define IRQ 0x12
#define SVC 0x13
#define ABT 0x17
#define UND 0x1b
#define SYS 0x1f

#define MASKED 0x1c0 /* A, I and F */

#define CPUS	   8
#define STACK_SIZE 0x4000

#define PSCI_SYSTEM_OFF 0x84000008

/* Flags of a form: what is special about it. */
#define F_THUMB	  0x01
#define F_BANKED  0x02 /* worth a run in each mode */
#define F_PC	  0x08 /* loads the PC: memory has to hold addresses */
#define F_INTO	  0x10 /* loads the base register */
#define F_REFUSED 0x20 /* is to be refused: an abort and an audit line */
#define F_RAM	  0x40 /* unaligned or crosses a page: not for devices */
#define F_FAILS	  0x80 /* its condition fails: nothing happens */

#ifndef __ASSEMBLER__
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define isb()	      __asm__ volatile("isb" ::: "memory")
#define dsb()	      __asm__ volatile("dsb" ::: "memory")
#define wfi()	      __asm__ volatile("wfi" ::: "memory")

/* CP15 and CP14 by their numbers. */
#define MRC(cp, op1, crn, crm, op2)                                                      \
	({                                                                               \
		u32 v_;                                                                  \
		__asm__ volatile("mrc p" #cp ", " #op1 ", %0, c" #crn ", c" #crm ", " #op2 \
				 : "=r"(v_)::"memory");                                  \
		v_;                                                                      \
	})
#define MCR(cp, op1, crn, crm, op2, value)                                               \
	__asm__ volatile("mcr p" #cp ", " #op1 ", %0, c" #crn ", c" #crm ", " #op2 ::"r"( \
				 value)                                                  \
			 : "memory")

struct regs {
	u32 r[15]; /* 13: SP, 14: LR */
	u32 cpsr;
};

/* What running a piece of code has led to. */
struct result {
	u32 r[15];
	u32 cpsr;
	u32 exc;   /* the exception taken, EXC_NONE if it has come to its end */
	u32 pc;	   /* LR of the exception's mode */
	u32 spsr;  /* and the rest at its vector */
	u32 dfsr;
	u32 dfar;
	u32 ifsr;
	u32 ifar;
	u32 entry; /* CPSR there */
};

/* An instruction that accesses memory; the table is forms.S. */
struct form {
	const char *name;
	u32 code; /* to run it; bit 0 for Thumb */
	u32 at;	  /* where the instruction itself is */
	u16 flags;
	u8 base;  /* the register that gets the target's address */
	u8 write;
	u8 size;  /* bytes of an element */
	u8 count; /* elements */
	short off;  /* of the first, from the target's address */
	short boff; /* added to the base register */
};

extern const struct form forms[], forms_end[];

/* entry.S */
void run_code(const struct regs *in, struct result *out, u32 code);
void secondary_arm(void);
void secondary_thumb(void);
u32 smc(u32 r0, u32 r1, u32 r2, u32 r3);
u32 hvc(u32 r0, u32 r1, u32 r2, u32 r3);
void form_done(void);

/* main.c */
void __attribute__((format(printf, 1, 2))) print(const char *fmt, ...);
void __attribute__((format(printf, 3, 4))) check(bool good, const char *name, const char *fmt, ...);
void __attribute__((noreturn)) power_off(void);
/* A word `key=value` of the command line, or the fallback. */
u32 option(const char *key, u32 fallback);
bool option_is(const char *key, const char *value);
void fill(void *to, u32 n, u32 seed);
u32 peek(u32 addr); /* a plain LDR or STR, whatever the compiler thinks */
void poke(u32 addr, u32 value);
/* Run code with registers that tell where they come from, r1 = `base`. */
void run_at(u32 code, u32 base, u32 mode, struct result *out);

/* Fault status without the bits that implementations choose. */
bool fault_is(u32 fsr, u32 shorts, u32 longs, bool write);
#define FSR_EXTERNAL 0x08, 0x10

/* Pieces of code for run_at(): r1 is the address, r0 the datum; r2 and r3 are, of 8 bytes. */
void code_ldr(void), code_str(void), code_bx(void), code_strb(void), code_ldrd(void),
	code_strd(void);

extern u32 memory_end;	/* of RAM, as the device tree says */
extern u32 ram_end;	/* and as it is */
extern u32 cpu_total;

/* Secondaries: what they found at their entry, and what they are to do. */
struct mailbox {
	volatile u32 here; /* 1 once it runs */
	u32 cpsr;
	u32 context;
	u32 sctlr;
	u32 hyp; /* ID of what it believes to be: its MPIDR */
	void (*volatile run)(u32 cpu);
};
extern struct mailbox mailbox[CPUS];
u32 cpu_on(u32 cpu, void (*entry)(void), void (*run)(u32 cpu));

/* mmu.c */
void mmu_init(void);  /* as the command line says: mmu=off, short, long */
extern bool mmu_on, mmu_long;
void mmu_table(u32 va, u32 table); /* have a section's walk go on at `table` */
void mmu_read_only(u32 va);	   /* a section or block, for the kernel as well */
void mmu_section(u32 va, u32 pa);  /* have it lead to RAM there */
void mmu_ttbr1(u32 base);	   /* upper half of the address space */
void mmu_flush(void);
#define ALIAS 0x80000000u /* every address is there twice when it is on */

struct group {
	const char *name;
	void (*run)(void);
};
#define GROUP(ident)                                                                 \
	static void run_##ident(void);                                               \
	static const struct group group_##ident __attribute__((section(".groups"), used)) = { \
		#ident, run_##ident};                                                \
	static void run_##ident(void)
#endif
#endif
