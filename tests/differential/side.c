/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads what `steps` printed, see side.h. */
#include "side.h"

#include <stdlib.h>
#include <string.h>

static char *read_line(struct side *side)
{
	char *line = side->ahead;
	size_t size = 0;

	side->ahead = NULL;
	if (line)
		return line;
	if (getline(&line, &size, side->file) < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\n")] = '\0';
	return line;
}

void side_forget(struct side *side)
{
	free(side->head);
	side->head = NULL;
	while (side->nr)
		free(side->lines[--side->nr]);
}

void side_read_item(struct side *side)
{
	char *line;

	side_forget(side);
	side->head = read_line(side);
	side->end = !side->head;
	while ((line = read_line(side)) && line[0] == '\t' && side->nr < MAX_LINES) {
		side->lines[side->nr++] = strdup(line + 1);
		free(line);
	}
	side->ahead = line;
}

bool side_at_sequence(const struct side *side)
{
	return side->end || side->head[0] == '=';
}

void side_skip_sequence(struct side *side)
{
	while (!side_at_sequence(side))
		side_read_item(side);
}

bool side_is_lost(const struct side *side)
{
	size_t n = strlen(side->head);

	return n > 5 && !strcmp(side->head + n - 5, " lost");
}
