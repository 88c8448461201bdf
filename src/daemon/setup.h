/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a daemon serves, handed to it over a socket by whoever made it: every long-lived file is
 * created on the other side of this message and arrives in one struct.
 *
 * This is the seam for a holder process: one that keeps these files can start the next daemon with
 * the same message.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

enum setup_fd {
	SETUP_FUSE,	/* /dev/fuse, mounted */
	SETUP_BROKER,	/* SOCK_SEQPACKET, listening: the preload library */
	SETUP_REAL_SYS, /* O_PATH of the real /sys */
	SETUP_REAL_DEV, /* O_PATH of the real /dev */
	SETUP_PROC,	/* O_PATH of the real /proc; may be missing */
	SETUP_MEMFS,	/* detached tmpfs for memory files; may be missing */
	SETUP_CONTROL,	/* SOCK_SEQPACKET, listening: status, maps, watch, stop */
	SETUP_UEVENTS,	/* netlink, to send uevents; may be missing */
	SETUP_LOCK,	/* its lock file, locked; lasting only */
	NR_SETUP_FDS,
};

struct setup {
	int fds[NR_SETUP_FDS]; /* -1: missing */
	dev_t device;	       /* st_dev of the FUSE mount */
	char runtime[256];     /* path of the runtime directory; "" for a private instance */
};

/* Nothing in it, every fd -1. */
void setup_init(struct setup *setup);

/* Closes what is left in it. */
void setup_close(struct setup *setup);

/* The files are lent. Return: 0 or -errno. */
int setup_send(int sock, const struct setup *setup);

/* The files are given, close-on-exec. Return: 0, -EPIPE (nobody sends any), -EPROTO, -errno. */
int setup_receive(int sock, struct setup *out);

/* The answer: the instance serves, ... */
enum setup_answer {
	SETUP_REFUSED,
	SETUP_SERVES,	    /* device files by FUSE */
	SETUP_SERVES_NODES, /* by CUSE: the mount must let them be opened */
};

/* ... or it does not: @sentence says why. Return: 0 or -errno. */
int setup_reply(int sock, enum setup_answer answer, const char *sentence);

/* Return: enum setup_answer; SETUP_REFUSED sets @sentence. -EPIPE, -errno. */
int setup_wait(int sock, char *sentence, size_t len);
