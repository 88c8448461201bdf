/* SPDX-License-Identifier: BSD-3-Clause */
/* Random words for steps, good ones and bad ones. Texts live as long as a few more are not made. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/util.h"

/* How things may stand, so that most steps find something to work on. */
extern struct guess {
	int pair;	/* of regions, the one the sequence has */
	int devices[2]; /* of its one and its other region */
	bool hotplugged;
} guess;

/* The numbers begin anew. */
void words_seed(uint64_t seed);

unsigned below(unsigned n);
bool chance(unsigned percent);

#define PICK(list) ((list)[below(ARRAY_SIZE(list))])

const char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* @word with what echo, printf or daxctl put behind it. */
const char *ended(const char *word);

int some_region(void);
int *devices_of(int id);
int some_number(int id); /* Y of daxX.Y */
const char *some_device(void);
const char *some_name(void); /* for files that take the name of a device */
const char *some_driver(void);
uint64_t some_bytes(uint64_t most);
const char *spell(uint64_t value);
const char *some_size(void);
const char *some_bool(void);
const char *some_range(int id); /* for `mapping` */
uint64_t some_block(void);	/* its index */
