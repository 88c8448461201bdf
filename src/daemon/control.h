/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The control socket of an instance: a client sends one word, gets one sentence (empty: all is
 * well) and, if the word asks for it, a file with JSON or a pipe that brings it. One datagram each;
 * the file makes an answer of any size one that never blocks.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "daemon/refuse.h"

#define CONTROL_STATUS "status"
#define CONTROL_MAPS   "maps"
#define CONTROL_WATCH  "watch"
#define CONTROL_STOP   "stop"
/* Followed by a blank and the name of a module. */
#define CONTROL_LOAD   "load"
#define CONTROL_UNLOAD "unload"
/* Followed by a blank and what daemon/inject.h reads. */
#define CONTROL_INJECT "inject"

/* Longest request, and longest answer in words; with a NUL. */
#define CONTROL_REQUEST	 256
#define CONTROL_SENTENCE 512

struct control_ops {
	/* JSON text to free(); NULL without memory. */
	char *(*status)(void *user);
	char *(*maps)(void *user);
	/* A pipe to read JSON lines from, for the client; -errno. */
	int (*watch)(void *user);
	void (*stop)(void *user);
	/* 0, -ENODEV, -EBUSY. */
	int (*module)(void *user, const char *name, bool load);
	/* 0, -errno with @refusal set. */
	int (*inject)(void *user, const char *spec, struct refusal *refusal);
};

/**
 * control_serve() - answer one client and close it
 * @listen_fd: a listening, non-blocking SOCK_SEQPACKET socket
 *
 * Only the daemon's own user and root are answered. Waits for nobody longer than a second.
 */
void control_serve(int listen_fd, const struct control_ops *ops, void *user);

/**
 * control_connect() - reach the daemon of a runtime directory, or of DAXEMU_DIR
 * @pid: of the daemon; may be NULL
 *
 * Return: an fd, -errno.
 */
int control_connect(const char *runtime, pid_t *pid);

/**
 * control_ask() - send one word
 * @file:     given: the JSON, at offset 0, or the pipe; -1 if none came
 * @sentence: why it was refused
 *
 * Return: 0, -EACCES (refused), -errno.
 */
int control_ask(int sock, const char *word, int *file, char sentence[static CONTROL_SENTENCE]);
