/* SPDX-License-Identifier: BSD-3-Clause */
/* Random words, from numbers that are the same everywhere. */
#include "words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "layout.h"

#define DAX_PAGE UINT64_C(4096)

struct guess guess;

static uint64_t seed; /* of the next number */

void words_seed(uint64_t value)
{
	seed = value;
}

/* Source: Sebastiano Vigna, splitmix64, public domain. */
static uint64_t next(void)
{
	uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

unsigned below(unsigned n)
{
	return (unsigned)(next() % n);
}

bool chance(unsigned percent)
{
	return below(100) < percent;
}

/* A text made of parts; short-lived. */
const char *text(const char *format, ...)
{
	static char texts[8][256];
	static unsigned turn;
	char *out = texts[turn++ % ARRAY_SIZE(texts)];
	va_list args;

	va_start(args, format);
	vsnprintf(out, sizeof(texts[0]), format, args);
	va_end(args);
	return out;
}

/* As echo, printf or daxctl end it. */
const char *ended(const char *word)
{
	static const char *const ends[] = { "", "", "\\n", "\\n", "\\0", "\\n\\0" };

	return text("%s%s", word, PICK(ends));
}

int some_region(void)
{
	return guess.pair + (chance(70) ? 0 : LAYOUT_PAIRS);
}

int *devices_of(int id)
{
	return &guess.devices[id >= LAYOUT_PAIRS];
}

int some_number(int id)
{
	return (int)below(chance(90) ? (unsigned)*devices_of(id) : 4);
}

const char *some_device(void)
{
	int id = some_region();

	return text("dax%d.%d", id, some_number(id));
}

/* For files that take the name of a device. */
const char *some_name(void)
{
	static const char *const bad[] = { "",
					   "\\n",
					   "junk",
					   "dax",
					   "dax0",
					   "dax0.",
					   "dax.0",
					   " dax0.0",
					   "dax0.0 ",
					   "dax0.0\\n\\n",
					   "dax00.0",
					   "dax0.00",
					   "dax0.0.0",
					   "DAX0.0",
					   "dax0.-1",
					   "dax-1.0",
					   "dax5.5",
					   "dax0.7",
					   "hmem.0",
					   "dax+0.0",
					   "dax0.0x",
					   "power",
					   "dax0.2147483648",
					   "dax 0.0",
					   "dax0.0\\0x" };

	return chance(10) ? PICK(bad) : ended(some_device());
}

const char *some_driver(void)
{
	static const char *const drivers[] = {
		"device_dax", "device_dax", "device_dax", "kmem",
		"kmem",	      "kmem",	    "kmem",	  "fsdev_dax"
	};

	return PICK(drivers);
}

const char *spell(uint64_t value)
{
	static const char *const ways[] = {
		"%" PRIu64,  "%" PRIu64,  "0x%" PRIx64,	    "0x%" PRIx64,	   "0X%" PRIX64,
		"0%" PRIo64, "+%" PRIu64, "%" PRIu64 "\\n", "0x%" PRIx64 "\\n\\0", "%" PRIu64 "\\0"
	};
	static const char *const wrong[] = { " %" PRIu64,   "%" PRIu64 " ", "%" PRIu64 "\\n\\n",
					     "-%" PRIu64,   "%" PRIu64 "K", "%" PRIx64 "h",
					     "%" PRIu64 "x" };
	const char *way = chance(95) ? PICK(ways) : PICK(wrong);

	return text(way, value);
}

uint64_t some_bytes(uint64_t most)
{
	switch (below(9)) {
	case 8:
		return DAX_PAGE * below(1024);
	case 0:
		return 0;
	case 1:
		return most;
	case 2:
	case 3:
		return LAYOUT_BLOCK * (1 + below(3));
	case 4:
		return LAYOUT_BLOCK / 2 * (1 + below(8));
	case 5:
		return 2 * MIB * (1 + below(8));
	default:
		return 2 * MIB * below((unsigned)(most / MIB / 2) + 2);
	}
}

const char *some_size(void)
{
	static const char *const odd[] = { "",
					   "\\n",
					   "1",
					   "4096",
					   "-1",
					   "junk",
					   "0x",
					   "18446744073709551615",
					   "18446744073709551616",
					   "3145728",
					   "99999999999999999999x",
					   "9223372036854775808",
					   "1073741824",
					   "0x1p20",
					   "2097152,2097152" };

	return chance(15) ? PICK(odd) : spell(some_bytes(layout_region(some_region()).len));
}

const char *some_range(int id)
{
	static const char *const odd[] = { "",
					   "\\n",
					   "-",
					   "100000000",
					   "100000000-",
					   "-107ffffff",
					   "junk",
					   "0-0",
					   "100000000-107ffffff-1",
					   "1x-2x",
					   "ffffffffffffffffff-0",
					   "0-ffffffffffffffff" };
	static const char *const ways[] = {
		"%" PRIx64 "-%" PRIx64,		  "%" PRIx64 "-%" PRIx64,
		"0x%" PRIx64 "-0x%" PRIx64 "\\n", "%" PRIX64 "-0X%" PRIx64,
		"%" PRIx64 "-%" PRIx64 "\\0",	  " %" PRIx64 "-%" PRIx64
	};
	struct layout_region region = layout_region(id);
	uint64_t start = region.start, len = some_bytes(region.len);
	const char *way = PICK(ways);

	if (chance(8))
		return PICK(odd);
	start += chance(60) ? LAYOUT_BLOCK * below(5) : 2 * MIB * below(330);
	if (chance(7))
		start += PICK(((const uint64_t[]){ 4096, MIB, -2 * MIB, 1 }));
	if (chance(7))
		len += PICK(((const uint64_t[]){ 4096, MIB, -1, 1 }));
	if (chance(3))
		return text("%" PRIx64 "-%" PRIx64, start + len, start);
	return text(way, start, start + len - 1);
}

uint64_t some_block(void)
{
	struct layout_region region = layout_region(some_region());

	return region.start / LAYOUT_BLOCK + below((unsigned)(region.len / LAYOUT_BLOCK));
}

const char *some_bool(void)
{
	static const char *const words[] = { "1",      "0", "1\\n", "0\\n",  "y",  "n",
					     "Y",      "N", "on",   "off",   "oN", "oF",
					     "t",      "f", "true", "false", "e",  "d",
					     "enable", "2", "-1",   "+1",    " 1", "",
					     "\\n",    "o", "junk", "1x",    "01" };

	return chance(60) ? text("%u", below(2)) : PICK(words);
}
