// SPDX-License-Identifier: BSD-2-Clause
/* System calls from ARM and from Thumb state, each by one instruction whose address is printed. */
#include <stdio.h>
#include <unistd.h>

#define NR_MKDIR  39
#define NR_GETTID 224

int call_arm(int nr, const char *path, int mode), call_thumb(int nr, const char *path, int mode);
extern const char svc_arm[], svc_thumb[];

__asm__(".text\n.syntax unified\n"
	".arm\n.balign 4\n.type call_arm, %function\n"
	"call_arm: push {r7, lr}\n mov r7, r0\n mov r0, r1\n mov r1, r2\n"
	"svc_arm: svc #0\n pop {r7, pc}\n"
	".thumb\n.balign 4\n.type call_thumb, %function\n.thumb_func\n"
	"call_thumb: push {r7, lr}\n mov r7, r0\n mov r0, r1\n mov r1, r2\n"
	"svc_thumb: svc #0\n pop {r7, pc}\n");

static void try(const char *name, int (*call)(int, const char *, int), const char *svc)
{
	const char *id = call(NR_GETTID, NULL, 0) == getpid() ? "its own" : "another's";
	int made = call(NR_MKDIR, "/states", 0777);

	printf("%s: thread %s, mkdir %d, by %08lx\n", name, id, made, (unsigned long)svc & ~1ul);
}

int main(void)
{
	/* The page that has Linux' helpers for user space is that of its vectors. */
	printf("vector: %08x\n", *(const volatile unsigned *)0xffff0008);
	try("arm", call_arm, svc_arm);
	try("thumb", call_thumb, svc_thumb);
	return 0;
}
