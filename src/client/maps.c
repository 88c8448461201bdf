/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel says is mapped at an address. See maps.h. */
#include "client/maps.h"

#include <errno.h>

#include "client/sys.h"

/* "start-end perms off dev ino path" */
enum { FIELD_START, FIELD_END, FIELD_PERMS, FIELD_OFF, FIELD_REST };

static void take_perm(struct maps_line *line, char c)
{
	if (c == 'r')
		line->prot |= PROT_READ;
	else if (c == 'w')
		line->prot |= PROT_WRITE;
	else if (c == 'x')
		line->prot |= PROT_EXEC;
	else if (c == 's')
		line->shared = true;
}

static void end_field(struct maps_scan *scan)
{
	if (scan->field == FIELD_START)
		scan->line.start = scan->number;
	else if (scan->field == FIELD_END)
		scan->line.end = scan->number;
	else if (scan->field == FIELD_OFF)
		scan->line.off = scan->number;
	scan->number = 0;
	if (scan->field < FIELD_REST)
		scan->field++;
}

static unsigned hex_value(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);
}

bool maps_feed(struct maps_scan *scan, const char *text, size_t len, uint64_t addr)
{
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '\n') {
			*scan = (struct maps_scan){ 0 };
		} else if (scan->field == FIELD_REST) {
			if (addr >= scan->line.start && addr < scan->line.end)
				return true;
		} else if (c == ' ' || (c == '-' && scan->field == FIELD_START)) {
			end_field(scan);
		} else if (scan->field == FIELD_PERMS) {
			take_perm(&scan->line, c);
		} else {
			scan->number = scan->number << 4 | hex_value(c);
		}
	}
	return false;
}

enum maps_answer maps_find(uint64_t addr, struct maps_line *out)
{
	int fd = sys_openat(AT_FDCWD, "/proc/thread-self/maps", O_RDONLY | O_CLOEXEC, 0);
	struct maps_scan scan = { 0 };
	enum maps_answer answer = MAPS_NO;
	char text[2048];
	long n;

	if (fd < 0)
		return MAPS_UNKNOWN;
	while ((n = sys_read(fd, text, sizeof(text))) != 0) {
		if (n == -EINTR)
			continue;
		if (n < 0)
			answer = MAPS_UNKNOWN;
		else if (maps_feed(&scan, text, (size_t)n, addr))
			answer = MAPS_YES;
		if (answer != MAPS_NO)
			break;
	}
	sys_close(fd);
	*out = scan.line;
	return answer;
}
