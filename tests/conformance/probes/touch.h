/* SPDX-License-Identifier: BSD-3-Clause */
/* One access to memory that may not be there. */
#pragma once

#include <signal.h>
#include <stdbool.h>

enum access { READ_BYTE, WRITE_BYTE };

/* Installs the handlers for SIGBUS and SIGSEGV. */
void touch_init(void);

/* Accesses one byte. Return: whether it worked; @info says how not, @value what was read. */
bool touch_try(volatile char *at, enum access access, siginfo_t *info, char *value);

/* The same in words: "ok", or signal, code and where the address is from @base. Static storage. */
const char *touch(char *at, enum access access, const char *base);
