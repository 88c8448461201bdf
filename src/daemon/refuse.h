/* SPDX-License-Identifier: BSD-3-Clause */
/* A refusal: one sentence for the user that names the option or file, the value and the rule. */
#pragma once

#include <stddef.h>

struct refusal {
	char text[512];
};

/* Writes the sentence. Return: -EINVAL, for `return refuse(...)`. */
int refuse(struct refusal *refusal, const char *format, ...) __attribute__((format(printf, 2, 3)));
