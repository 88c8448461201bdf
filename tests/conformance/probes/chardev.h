/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts of the chardev probe, and what they share: the device, and ways to map it. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#define PAGE ((size_t)4096)
#define RW   (PROT_READ | PROT_WRITE)

/* The device under test, bound to device_dax. */
extern struct target {
	const char *path;
	size_t align; /* bytes */
	size_t size;  /* bytes */
} target;

/* Opens it; ends the probe if it cannot. */
int target_open(int flags);

/* mmap(2) at no address, PROT_READ | PROT_WRITE, MAP_SHARED, and @more flags. */
char *target_map(int fd, size_t len, off_t off, int more);

/* The start of an aligned range of @len bytes in which nothing is mapped. */
char *free_area(size_t len);

/* Four alignment units of @fd, mapped at an aligned address. */
char *map_four(int fd);

/* Reports maps, smaps and numa_maps of the mapping that starts at @p as ID.KEY. */
void report_smaps(const char *id, const void *p);

/* One function for each group of cases. */
void chardev_open(void);
void chardev_file(void);
void chardev_map(void);
void chardev_fault(void);
void chardev_vma(void);
void chardev_gup(void);
