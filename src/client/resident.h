/* SPDX-License-Identifier: BSD-3-Clause */
/* mincore(2): of a file it tells the page cache, of a device what this process has touched. */
#pragma once

#include <stdint.h>

/* After a mincore() that succeeded: corrects @vec, a byte per page, for device mappings. */
void resident_fix(uint64_t addr, uint64_t len, unsigned char *vec);
