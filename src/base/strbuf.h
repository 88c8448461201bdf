/* SPDX-License-Identifier: BSD-3-Clause */
/* Text that grows: what a sysfs file shows, what status prints. */
#pragma once

#include <stddef.h>

/* Zero-initialised is empty. @text is NUL-terminated, or NULL while nothing was added. */
struct strbuf {
	char *text;
	size_t len; /* bytes, without the NUL */
	size_t cap;
};

/* Appends formatted text. Return: 0 or -ENOMEM (the text so far stays). */
int strbuf_printf(struct strbuf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Frees the text; the strbuf is empty again. */
void strbuf_free(struct strbuf *buf);

#define _cleanup_strbuf_ __attribute__((cleanup(strbuf_free)))
