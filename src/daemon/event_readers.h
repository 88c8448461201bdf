/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The readers of `daxemu watch`, a pipe each. Nobody waits for them: a line that finds no room is
 * counted, and the reader is told the number as soon as there is some. The caller sees to it that
 * one thread at a time is in here; readers are freed by event_readers_dispatch() alone, so that the
 * epoll never names a dead one.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct event_reader;

struct event_readers {
	struct event_reader *first;
	int nr;
	int epoll; /* readable when event_readers_dispatch() has work */
};

/* Return: 0 or -errno, then there is nothing to free. */
int event_readers_init(struct event_readers *readers);

/* They reach the end of their pipes. */
void event_readers_free(struct event_readers *readers);

/**
 * event_readers_add() - a new reader
 * @fd: the pipe's end to write to, O_NONBLOCK; taken on success
 *
 * Return: 0, -EUSERS (there are many already), -errno.
 */
int event_readers_add(struct event_readers *readers, int fd);

/* Writes a message of the kernel's form to all, as a line of JSON. */
void event_readers_send(struct event_readers *readers, const char *message, size_t len,
			uint64_t seqnum);

/* Events that reached nobody. */
void event_readers_lose(struct event_readers *readers, uint64_t lost);

/* Drops who left, tells of losses where there is room again. Never waits. */
void event_readers_dispatch(struct event_readers *readers);
