/* SPDX-License-Identifier: BSD-3-Clause */
/* Text that grows: what a sysfs file shows, what status prints. */
#include "base/strbuf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int strbuf_reserve(struct strbuf *buf, size_t len)
{
	size_t cap = buf->cap ? buf->cap : 64;
	char *text;

	while (cap < len)
		cap *= 2;
	if (cap == buf->cap)
		return 0;
	text = realloc(buf->text, cap);
	if (!text)
		return -ENOMEM;
	buf->text = text;
	buf->cap = cap;
	return 0;
}

int strbuf_printf(struct strbuf *buf, const char *format, ...)
{
	va_list args, again;
	int n, r;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	r = strbuf_reserve(buf, buf->len + (size_t)n + 1);
	if (r == 0) {
		vsnprintf(buf->text + buf->len, (size_t)n + 1, format, again);
		buf->len += (size_t)n;
	}
	va_end(again);
	va_end(args);
	return r;
}

void strbuf_free(struct strbuf *buf)
{
	free(buf->text);
	*buf = (struct strbuf){ 0 };
}
