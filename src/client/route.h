/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Is this file ours? Decided from what stat says of it and nothing else, so that fork, exec, dup,
 * SCM_RIGHTS and close_range need no bookkeeping. Pure.
 */
#pragma once

#include <stdint.h>

enum route {
	ROUTE_NONE, /* not ours */
	ROUTE_NODE, /* daxX.Y on our FUSE mount, which the kernel does not open */
	ROUTE_TWIN, /* the file opened in its place */
	ROUTE_CHR,  /* some character device: a node with the same number, or CUSE */
};

struct route_file {
	uint32_t mode;	     /* st_mode */
	uint64_t dev;	     /* st_dev, as makedev() */
	uint64_t ino;	     /* st_ino */
	unsigned rdev_major; /* of st_rdev */
	unsigned rdev_minor;
};

/* What a device file is known by. */
struct route_dev {
	unsigned major;
	unsigned minor;
};

/* Whether only the mount's st_dev is missing to call it ours: worth finding that out. */
int route_plausible(const struct route_file *file);

/**
 * route_of() - classify a file
 * @mount: st_dev of our FUSE mount, 0 if there is none
 * @dev:   set unless ROUTE_NONE
 */
enum route route_of(const struct route_file *file, uint64_t mount, struct route_dev *dev);

/* Paths below one directory, by number: DAXEMU_TWINS "/MAJOR:MINOR". */
enum { ROUTE_PATH_MAX = 64 };
void route_twin_path(struct route_dev dev, char path[static ROUTE_PATH_MAX]);

/* The device's link in sysfs, and @attribute behind it: "" for the link itself. */
void route_sysfs_path(struct route_dev dev, const char *attribute,
		      char path[static ROUTE_PATH_MAX]);

/* Decimal text at @at, without stdio. Return: its end. */
char *route_put_number(char *at, unsigned n);
