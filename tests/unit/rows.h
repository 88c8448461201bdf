/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables of rows as cmocka tests, one for each row, so that a failure names the rule that broke. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A table of structs; @field, a const char *, is the name of a row. */
#define ROWS(table, field)                                               \
	(table), sizeof(table) / sizeof((table)[0]), sizeof((table)[0]), \
		offsetof(__typeof__((table)[0]), field)

/**
 * row_tests() - fill in tests, as row_tests(tests, ROWS(table, name), run)
 * @run: its state is the row
 *
 * Return: how many there are.
 */
static inline size_t row_tests(struct CMUnitTest *tests, const void *rows, size_t count,
			       size_t size, size_t name, CMUnitTestFunction run)
{
	for (size_t i = 0; i < count; i++) {
		char *row = (char *)(uintptr_t)rows + i * size;

		tests[i] = (struct CMUnitTest){ .name = *(const char **)(void *)(row + name),
						.test_func = run,
						.initial_state = row };
	}
	return count;
}
