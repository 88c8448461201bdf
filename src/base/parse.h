/* SPDX-License-Identifier: BSD-3-Clause */
/* Text to numbers: the kernel's own readers of sysfs values, and sizes as people write them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/**
 * parse_u64() - read an unsigned number as the kernel's kstrtoull() does
 * @text:  NUL-terminated; an optional '+', digits, at most one trailing newline
 * @base:  0 (by prefix: 0x, 0, none) or 16 (an 0x prefix is allowed)
 * @out:   set only on success
 *
 * Return: 0, -EINVAL, -ERANGE (wins over trailing junk).
 * Source: Linux lib/kstrtox.c, _kstrtoull().
 */
int parse_u64(const char *text, unsigned base, uint64_t *out);

/**
 * parse_int() - as parse_u64(), signed 32 bit, an optional '-' instead of '+'
 *
 * Return: 0, -EINVAL, -ERANGE.
 * Source: Linux lib/kstrtox.c, kstrtoint().
 */
int parse_int(const char *text, int *out);

/**
 * parse_bool() - read a truth value as the kernel's kstrtobool() does
 * @text:             decided by the first character, for 'o' by the second; the rest is ignored
 * @enable_disable:   also take 'e' for true and 'd' for false (Linux 7.2)
 *
 * Return: 0 or -EINVAL.
 * Source: Linux lib/kstrtox.c, kstrtobool().
 */
int parse_bool(const char *text, bool enable_disable, bool *out);

/**
 * parse_size() - read a size as people write it: 2G, 512M, 4K, 0x200000, 4096
 * @out: bytes
 *
 * One binary suffix out of K, M, G, T (either case) may follow the number; nothing else.
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int parse_size(const char *text, uint64_t *out);
