// SPDX-License-Identifier: BSD-2-Clause
/* Captures, one after the other; or as they grow. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "command.h"

#define PIECE	65536
#define TICK_MS 100 /* how often a growing file is looked at */

static volatile sig_atomic_t asked_to_end;
static const char *name = "stdin";

const char *input_name(void)
{
	return name;
}

static void on_signal(int number)
{
	(void)number;
	asked_to_end = 1;
}

/* A file that is followed got shorter, or another one has its name: begin anew. */
static bool replaced(int *fd)
{
	struct stat here, there;
	off_t at = lseek(*fd, 0, SEEK_CUR);
	int new;

	if (fstat(*fd, &here) || at < 0)
		return false;
	if (here.st_size < at) {
		lseek(*fd, 0, SEEK_SET);
		return true;
	}
	if (stat(name, &there) || (there.st_ino == here.st_ino && there.st_dev == here.st_dev))
		return false;
	new = open(name, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (new < 0)
		return false;
	close(*fd);
	*fd = new;
	return true;
}

void input_check(const struct options *o)
{
	struct stat in, out;
	bool empties = o->output && !stat(o->output, &out) && S_ISREG(out.st_mode);

	for (size_t i = 0; i < o->file_count || !i; i++) {
		const char *file = o->file_count ? o->files[i] : "-";
		bool is_stdin = !strcmp(file, "-");

		/* Not opened, for it may be a pipe or a port: who is at its other end would see. */
		if (is_stdin ? fstat(STDIN_FILENO, &in) : stat(file, &in) || access(file, R_OK))
			die("%s: %m", is_stdin ? "stdin" : file);
		if (S_ISDIR(in.st_mode))
			die("%s: is a directory", is_stdin ? "stdin" : file);
		if (empties && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
			die("--output: '%s' is read as well; give another file", o->output);
	}
}

/* What comes from a pipe or a port has an end; a file that is followed has none. */
static void read_all(const struct options *o, int fd, struct scanner *s, void (*flush)(void))
{
	static char piece[PIECE];
	struct stat st;
	bool regular = !fstat(fd, &st) && S_ISREG(st.st_mode);
	bool grows = o->follow && regular, live = o->follow || !regular;
	bool idle = false;

	while (!asked_to_end) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		ssize_t got;

		if (live && !regular && poll(&wait, 1, idle ? -1 : TICK_MS) <= 0) {
			got = -1;
			errno = EAGAIN;
		} else {
			got = read(fd, piece, sizeof(piece));
		}
		if (got > 0) {
			scan(s, piece, (size_t)got, MORE);
			idle = false;
		} else if (got < 0 && errno != EINTR && errno != EAGAIN && errno != EIO) {
			die("%s: %m", name);
		} else if ((!got && !grows) || (got < 0 && errno == EIO)) {
			break;
		} else {
			/* Nothing came for a while: wait no longer for the rest of what is torn. */
			if (!idle)
				scan(s, NULL, 0, IDLE);
			idle = true;
			if (grows && !replaced(&fd))
				poll(NULL, 0, TICK_MS);
		}
		if (live)
			flush();
	}
	if (fd != STDIN_FILENO)
		close(fd);
}

void input_run(const struct options *o, struct scanner *s, void (*flush)(void))
{
	struct sigaction act = {.sa_handler = on_signal};

	if (o->follow) {
		sigaction(SIGINT, &act, NULL);
		sigaction(SIGTERM, &act, NULL);
	}
	for (size_t i = 0; i < o->file_count || !i; i++) {
		int fd = STDIN_FILENO;

		name = "stdin";
		s->line = 0;
		if (o->file_count && strcmp(o->files[i], "-")) {
			name = o->files[i];
			fd = open(name, O_RDONLY | O_NOCTTY | O_CLOEXEC);
			if (fd < 0)
				die("%s: %m", name);
		}
		read_all(o, fd, s, flush);
		scan(s, NULL, 0, END);
	}
}
