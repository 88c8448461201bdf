/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A file of the user's that must be complete under its path at every instant. To cut the file that
 * clients have mapped, a copy takes its name first; the file itself waits beside it under a hidden
 * name, so that it can come back when the mappings shall live again.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "backing/backing.h"
#include "backing/pins.h"

struct userfile;

/**
 * userfile_open() - look at a file, lock it, and clear away what a killed daemon left beside it
 * @size: bytes it must have
 * @fd:   given to the caller, open for reading and writing; holds the lock
 *
 * Return: 0, or -errno with a sentence.
 */
int userfile_open(struct userfile **out, const char *path, uint64_t size, int *fd,
		  struct backing_error *error);

/* A file that was retired and did not come back loses its hidden name. */
void userfile_free(struct userfile *file);

/* Whether the path still names this file. Return: 0, -ESTALE: the user put another one there. */
int userfile_check(const struct userfile *file, int fd);

/**
 * userfile_retire() - let a copy take the name
 * @fd:   the file the path names
 * @copy: given to the caller: the copy, which the path names from now on; holds the lock
 *
 * Return: 0, or -errno and nothing changed.
 */
int userfile_retire(struct userfile *file, struct pins *pins, int fd, int *copy);

/**
 * userfile_copy() - all of a file: its owner, mode and attributes, its bytes, and on the disk
 * @size: bytes of the file
 *
 * Holes stay holes; the filesystem shares the blocks if it can.
 *
 * Return: 0 or -errno.
 */
int userfile_copy(struct pins *pins, int from, int to, uint64_t size);

/**
 * userfile_restore() - the retired file takes its name back; the copy has no name any more
 * @fd:   the retired file, which has all bytes
 * @copy: the file the path names
 *
 * Return: 0, or -errno and nothing changed.
 */
int userfile_restore(struct userfile *file, int fd, int copy);

/* The retired file will not come back. */
void userfile_forget(struct userfile *file);

/*
 * Lets the disk begin to write these bytes, so that fsync(2) has less to wait for. Who copies in
 * pieces of this size keeps the disk as busy as the processor.
 */
#define USERFILE_PIECE (8 * MIB)
void userfile_begin_sync(int fd, uint64_t off, uint64_t len);

bool userfile_retired(const struct userfile *file);
uint64_t userfile_size(const struct userfile *file);
const char *userfile_path(const struct userfile *file);

/* Whether another open file or mapping of it exists in the system; true if that cannot be told. */
bool userfile_in_use(int fd);
