/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts of the live probe: a device whose file is open and mapped while sysfs takes it away. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#define RW (PROT_READ | PROT_WRITE)

/* The device under test. */
extern struct live {
	const char *name; /* daxX.Y */
	char path[64];	  /* /dev/daxX.Y */
	size_t align;	  /* bytes */
	int fd;		  /* open read-write, or -1 */
	char *map;	  /* four units of fd at offset 0 */
	char *map2;	  /* one unit, of a file that is closed */
} live;

/* Looks at another device from now on. */
void live_select(const char *name);

/* Writes @text. Return: 0 or -1 with errno. */
int live_put(const char *path, const char *text);
/* Writes @text to an attribute of the device. */
int live_set(const char *attr, const char *text);
int live_unbind(void);
/* Binds to device_dax on every kernel: through new_id. */
int live_bind(void);
/* Name of the driver, "none". Static storage. */
const char *live_driver(void);

/* Shared mapping of @len bytes of @fd at offset 0. */
char *live_map(int fd, size_t len);

/*
 * Opens and closes. A file opened while the device is dead must not be mapped: the kernel would
 * follow a null pointer.
 */
void live_try_open(const char *id, const char *path, int flags);
/* Reads one byte of a mapping that starts at @base. */
void live_try_read(const char *id, char *at, const char *base);
/* Maps one unit of @fd at @off, and unmaps it. */
void live_try_map(const char *id, int fd, off_t off);
/* Name and page size of the mapping that starts at @p, from smaps. */
void live_report_vma(const char *id, const void *p);

/* One function for each group of cases, in the order they run. */
void live_dead(void);
void live_rebind(void);
void live_resize(void);
void live_other_node(void);
void live_delete(const char *name);
/* The region's driver instead of the device's; on its own. */
void live_region(void);
