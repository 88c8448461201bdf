/* SPDX-License-Identifier: BSD-3-Clause */
/* A refusal: one sentence for the user. */
#include "daemon/refuse.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int refuse(struct refusal *refusal, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(refusal->text, sizeof(refusal->text), format, args);
	va_end(args);
	return -EINVAL;
}
