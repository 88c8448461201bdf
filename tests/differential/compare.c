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
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

#define MAX_RULES   64
#define MAX_LINES   2048 /* of one step */
#define MAX_REASONS 64

/* --- rules -------------------------------------------------------------------------------- */

static struct rule {
	char *profiles, *step, *name, *kernel, *daxemu, *kind, *reason;
	unsigned met;
} rules[MAX_RULES];
static size_t nr_rules;

static bool read_rules(const char *path)
{
	_cleanup_file_ FILE *f = fopen(path, "r");
	char line[1024];

	while (f && fgets(line, sizeof(line), f)) {
		char *copy = line[0] == '#' || line[0] == '\n' ? NULL : strdup(line);
		struct rule *rule = &rules[nr_rules];

		if (!copy)
			continue;
		rule->profiles = strsep(&copy, "\t");
		rule->step = strsep(&copy, "\t");
		rule->name = strsep(&copy, "\t");
		rule->kernel = strsep(&copy, "\t");
		rule->daxemu = strsep(&copy, "\t");
		rule->kind = strsep(&copy, "\t");
		rule->reason = strsep(&copy, "\n");
		if (!rule->reason || ++nr_rules == MAX_RULES)
			return false;
	}
	return f;
}

static bool has_profile(const struct rule *rule, const char *profile)
{
	size_t n = strlen(profile);

	for (const char *p = rule->profiles; *p; p += strcspn(p, ",") + (p[strcspn(p, ",")] == ','))
		if (*p == '*' || (strcspn(p, ",") == n && !strncmp(p, profile, n)))
			return true;
	return false;
}

static const char *profile;

/* A step's words are divided by tabs, which a pattern has as blanks. */
static struct rule *find_rule(const char *step, const char *name, const char *kernel,
			      const char *daxemu)
{
	char words[1024];

	snprintf(words, sizeof(words), "%s", step);
	for (char *p = words; (p = strchr(p, '\t'));)
		*p = ' ';
	for (size_t i = 0; i < nr_rules; i++) {
		struct rule *rule = &rules[i];

		if (has_profile(rule, profile) && !fnmatch(rule->step, words, FNM_NOESCAPE) &&
		    !fnmatch(rule->name, name, 0) && !fnmatch(rule->kernel, kernel, FNM_NOESCAPE) &&
		    !fnmatch(rule->daxemu, daxemu, FNM_NOESCAPE))
			return rule;
	}
	return NULL;
}

/* --- what steps printed ------------------------------------------------------------------- */

struct side {
	FILE *file;
	const char *title;
	char *ahead;		/* a line read too early, or NULL */
	char *head;		/* `= ...`, or N, STEP and result */
	char *lines[MAX_LINES]; /* what changed, without the first tab */
	size_t nr;
	bool end;
};

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

static void forget(struct side *side)
{
	free(side->head);
	side->head = NULL;
	while (side->nr)
		free(side->lines[--side->nr]);
}

/* A head and its changes. */
static void read_item(struct side *side)
{
	char *line;

	forget(side);
	side->head = read_line(side);
	side->end = !side->head;
	while ((line = read_line(side)) && line[0] == '\t' && side->nr < MAX_LINES) {
		side->lines[side->nr++] = strdup(line + 1);
		free(line);
	}
	side->ahead = line;
}

static bool at_sequence(const struct side *side)
{
	return side->end || side->head[0] == '=';
}

static void skip_sequence(struct side *side)
{
	while (!at_sequence(side))
		read_item(side);
}

static bool is_lost(const struct side *side)
{
	size_t n = strlen(side->head);

	return n > 5 && !strcmp(side->head + n - 5, " lost");
}

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

/* --- one step ----------------------------------------------------------------------------- */

enum verdict { EQUAL, ARGUED, ENDS, WRONG };

static enum verdict judge(const char *step, const char *name, const char *kernel,
			  const char *daxemu)
{
	struct rule *rule;

	if (!strcmp(kernel, daxemu))
		return EQUAL;
	rule = find_rule(step, name, kernel, daxemu);
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
	if (kernel.end || daxemu.end || at_sequence(&kernel) != at_sequence(&daxemu)) {
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
		read_item(&kernel);
		read_item(&daxemu);
	} while (!at_sequence(&kernel) || !at_sequence(&daxemu));
	return verdict;
}

static void compare_sequence(void)
{
	char sequence[300];
	enum verdict verdict;

	snprintf(sequence, sizeof(sequence), "%s", kernel.head + strcspn(kernel.head, " ") + 1);
	sequence[strcspn(sequence, " ")] = '\0';
	if (is_lost(&kernel)) {
		lost++;
		read_item(&kernel);
		read_item(&daxemu);
	} else {
		verdict = compare_items(sequence);
		sequences++;
		identical += verdict == EQUAL;
		argued += verdict == ARGUED || verdict == ENDS;
		wrong += verdict == WRONG;
		if (verdict == WRONG && !kernel.end && kernel.head[0] == '=') {
			read_item(&kernel);
			read_item(&daxemu);
		}
	}
	skip_sequence(&kernel);
	skip_sequence(&daxemu);
}

static void print_counts(void)
{
	printf("report: differential %s: %u of %u sequences identical, %u argued for, %u "
	       "different; "
	       "%u operations",
	       profile, identical, sequences, argued, wrong, steps);
	if (lost)
		printf("; %u could not begin", lost);
	printf("\n");
	for (size_t i = 0; i < nr_rules; i++)
		if (rules[i].met)
			printf("  argued for (%u): %s\n", rules[i].met, rules[i].reason);
}

int main(int argc, char **argv)
{
	names_only = argc > 1 && !strcmp(argv[1], "-n");
	argv += names_only;
	if (argc - names_only != 5 || !read_rules(argv[4])) {
		fprintf(stderr, "usage: compare [-n] KERNEL DAXEMU PROFILE RULES\n");
		return 2;
	}
	kernel.file = fopen(argv[1], "r");
	daxemu.file = fopen(argv[2], "r");
	profile = argv[3];
	if (!kernel.file || !daxemu.file)
		return 2;
	/* A machine may have said something before. */
	read_item(&kernel);
	skip_sequence(&kernel);
	read_item(&daxemu);
	while (!kernel.end && !daxemu.end)
		compare_sequence();
	forget(&kernel);
	forget(&daxemu);
	if (!names_only)
		print_counts();
	return wrong > 0;
}
