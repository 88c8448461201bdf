/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compares what `steps` printed on a kernel with what it printed on daxemu.
 *
 *   compare [-n] KERNEL DAXEMU PROFILE RULES
 *
 * Prints the first difference of each sequence that no line of RULES (on-purpose.tsv) argues for,
 * then a line of counts; -n: only the names of such sequences. Exit status: 0 none, 1 some, 2 not
 * to be compared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "rules.h"
#include "side.h"

/* --- one step ----------------------------------------------------------------------------- */

/* The text after the last tab. */
static const char *result_of(const char *head)
{
	const char *tab = strrchr(head, '\t');

	return tab ? tab + 1 : head;
}

/* Cuts NAME<TAB>TEXT. */
static const char *name_of(const char *line, char name[300])
{
	int n = (int)strcspn(line, "\t");

	snprintf(name, 300, "%.*s", n, line);
	return line[n] ? line + n + 1 : line + n;
}

enum verdict { EQUAL, ARGUED, ENDS, WRONG };

static enum verdict judge(const char *step, const char *name, const char *kernel,
			  const char *daxemu)
{
	struct rule *rule;

	if (!strcmp(kernel, daxemu))
		return EQUAL;
	rule = rules_find(step, name, kernel, daxemu);
	if (!rule)
		return WRONG;
	rule->met++;
	return !strcmp(rule->kind, "ends") ? ENDS : ARGUED;
}

static void worse(enum verdict *verdict, enum verdict other)
{
	/* One line that ends the comparison explains all others. */
	if (*verdict == ENDS || other == ENDS)
		*verdict = ENDS;
	else if (other > *verdict)
		*verdict = other;
}

/* Both are sorted by name. A line that only one has changed nothing for the other. */
static enum verdict judge_lines(const char *step, const struct side *kernel,
				const struct side *daxemu)
{
	enum verdict verdict = EQUAL;
	size_t i = 0, j = 0;

	while (i < kernel->nr || j < daxemu->nr) {
		char name[300], other[300];
		const char *theirs = i < kernel->nr ? name_of(kernel->lines[i], name) : "(same)";
		const char *ours = j < daxemu->nr ? name_of(daxemu->lines[j], other) : "(same)";
		int order = i == kernel->nr ? 1 : j == daxemu->nr ? -1 : strcmp(name, other);

		worse(&verdict, judge(step, order > 0 ? other : name, order > 0 ? "(same)" : theirs,
				      order < 0 ? "(same)" : ours));
		i += order <= 0;
		j += order >= 0;
	}
	return verdict;
}

static enum verdict judge_step(const struct side *kernel, const struct side *daxemu)
{
	char step[1024];
	const char *result = result_of(kernel->head);
	enum verdict verdict;

	if (strcspn(kernel->head, "\t") == strlen(kernel->head))
		return strcmp(kernel->head, daxemu->head) ? WRONG
							  : judge_lines("=", kernel, daxemu);
	snprintf(step, sizeof(step), "%.*s", (int)(result - kernel->head - 1), kernel->head);
	verdict = judge(strchr(step, '\t') + 1, "result", result, result_of(daxemu->head));
	worse(&verdict, judge_lines(strchr(step, '\t') + 1, kernel, daxemu));
	return verdict;
}

static void show(const struct side *side, const struct side *other)
{
	printf("  %s: %s\n", side->title, result_of(side->head));
	for (size_t i = 0; i < side->nr; i++) {
		bool both = false;

		for (size_t j = 0; j < other->nr && !both; j++)
			both = !strcmp(side->lines[i], other->lines[j]);
		if (!both)
			printf("    %s\n", side->lines[i]);
	}
}

/* --- sequences ---------------------------------------------------------------------------- */

static struct side kernel = { .title = "kernel" }, daxemu = { .title = "daxemu" };
static unsigned sequences, identical, argued, wrong, lost, steps;
static bool names_only;

static void report(const char *sequence)
{
	if (names_only) {
		printf("%s\n", sequence);
		return;
	}
	printf("sequence %s, step %s\n", sequence, kernel.end ? "(none)" : kernel.head);
	if (kernel.end || daxemu.end || side_at_sequence(&kernel) != side_at_sequence(&daxemu)) {
		printf("  one of them ends here\n");
		return;
	}
	show(&kernel, &daxemu);
	show(&daxemu, &kernel);
}

static enum verdict compare_items(const char *sequence)
{
	enum verdict verdict = EQUAL;

	do {
		enum verdict one = kernel.end || daxemu.end ? WRONG : judge_step(&kernel, &daxemu);

		worse(&verdict, one);
		if (one == WRONG)
			report(sequence);
		if (one >= ENDS)
			return one;
		steps += kernel.head[0] != '=';
		side_read_item(&kernel);
		side_read_item(&daxemu);
	} while (!side_at_sequence(&kernel) || !side_at_sequence(&daxemu));
	return verdict;
}

static void compare_sequence(void)
{
	char sequence[300];
	enum verdict verdict;

	snprintf(sequence, sizeof(sequence), "%s", kernel.head + strcspn(kernel.head, " ") + 1);
	sequence[strcspn(sequence, " ")] = '\0';
	if (side_is_lost(&kernel)) {
		lost++;
		side_read_item(&kernel);
		side_read_item(&daxemu);
	} else {
		verdict = compare_items(sequence);
		sequences++;
		identical += verdict == EQUAL;
		argued += verdict == ARGUED || verdict == ENDS;
		wrong += verdict == WRONG;
		if (verdict == WRONG && !kernel.end && kernel.head[0] == '=') {
			side_read_item(&kernel);
			side_read_item(&daxemu);
		}
	}
	side_skip_sequence(&kernel);
	side_skip_sequence(&daxemu);
}

static void print_counts(const char *profile)
{
	printf("report: differential %s: %u of %u sequences identical, %u argued for, %u "
	       "different; %u operations",
	       profile, identical, sequences, argued, wrong, steps);
	if (lost)
		printf("; %u could not begin", lost);
	printf("\n");
	rules_print_met();
}

int main(int argc, char **argv)
{
	names_only = argc > 1 && !strcmp(argv[1], "-n");
	argv += names_only;
	if (argc - names_only != 5 || !rules_read(argv[4], argv[3])) {
		fprintf(stderr, "usage: compare [-n] KERNEL DAXEMU PROFILE RULES\n");
		return 2;
	}
	kernel.file = fopen(argv[1], "r");
	daxemu.file = fopen(argv[2], "r");
	if (!kernel.file || !daxemu.file)
		return 2;
	/* A machine may have said something before. */
	side_read_item(&kernel);
	side_skip_sequence(&kernel);
	side_read_item(&daxemu);
	while (!kernel.end && !daxemu.end)
		compare_sequence();
	side_forget(&kernel);
	side_forget(&daxemu);
	if (!names_only)
		print_counts(argv[3]);
	return wrong > 0;
}
