/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pages held in pipes. vmsplice(2) takes references on the pages behind a mapping, so they keep
 * their bytes when the file they belonged to is cut off; splice(2) and read(2) then take the bytes
 * out, first in, first out. Pipes of 1 MiB need no privilege, but count against the user's share of
 * pipe memory: they have that size only while they are needed, and do with less if it is refused.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pins;

/**
 * pins_new() - get pipes
 * @min:  bytes they must hold
 * @want: bytes they should hold
 *
 * Return: 0, -EMFILE, -ENFILE, -ENOMEM.
 */
int pins_new(struct pins **out, uint64_t min, uint64_t want);
void pins_free(struct pins *pins);

/* Between pins_wake() and pins_rest() they hold what they should, if that is to be had; where pipes
 * are kept small, more of them hold this many bytes, if there are files. */
#define PINS_LEAST (2 * MIB)
void pins_wake(struct pins *pins);
void pins_rest(struct pins *pins);

/* Bytes they hold now. */
uint64_t pins_capacity(const struct pins *pins);

/**
 * pins_take() - hold the pages of this mapping, whole ones
 *
 * Pages that are not there yet come into being.
 *
 * Return: bytes held, less than @len where a page cannot be had.
 */
uint64_t pins_take(struct pins *pins, const void *addr, uint64_t len);

/* vmsplice(2) is refused, as container runtimes' seccomp filters do: pins_take_file() is what is
 * left. */
bool pins_only_files(const struct pins *pins);

/**
 * pins_take_file() - hold pages of a file of 4 KiB pages: splice(2) takes references too
 *
 * For a page that is not there yet a zero is held, and the page stays missing. Huge pages are
 * copied, not held, and so are those of some filesystems; not of tmpfs. It costs less than
 * pins_take(), since no page table is filled.
 *
 * Return: bytes held, less than @len on failure.
 */
uint64_t pins_take_file(struct pins *pins, int fd, uint64_t off, uint64_t len);

/* Moves the first bytes held into a file. Return: 0 or -errno, they are gone then too. */
int pins_to_file(struct pins *pins, int fd, uint64_t off, uint64_t len);

/* Moves the first bytes held into memory. Return: 0 or -errno. */
int pins_to_memory(struct pins *pins, void *to, uint64_t len);

/* Lets go of all that is held. */
void pins_drop(struct pins *pins);

/* Copies from file to file; nothing may be held. Return: 0 or -errno. */
int pins_copy(struct pins *pins, int from, uint64_t from_off, int to, uint64_t to_off,
	      uint64_t len);
