/* SPDX-License-Identifier: BSD-3-Clause */
/* Differences on purpose, see rules.h. */
#include "rules.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

#define MAX_RULES 64

static struct rule rules[MAX_RULES];
static size_t nr_rules;

static bool has_profile(const struct rule *rule, const char *profile)
{
	size_t n = strlen(profile);

	for (const char *p = rule->profiles; *p; p += strcspn(p, ",") + (p[strcspn(p, ",")] == ','))
		if (*p == '*' || (strcspn(p, ",") == n && !strncmp(p, profile, n)))
			return true;
	return false;
}

/* Lends the words of @line. Return: false if there are too few. */
static bool parse_rule(char *line, struct rule *rule)
{
	char **const words[] = { &rule->profiles, &rule->step,	 &rule->name,
				 &rule->kernel,	  &rule->daxemu, &rule->kind };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		*words[i] = strsep(&line, "\t");
	rule->reason = strsep(&line, "\n");
	return rule->reason;
}

bool rules_read(const char *path, const char *profile)
{
	_cleanup_file_ FILE *f = fopen(path, "r");
	char line[1024];

	while (f && fgets(line, sizeof(line), f)) {
		char *copy = line[0] == '#' || line[0] == '\n' ? NULL : strdup(line);

		if (!copy)
			continue;
		if (nr_rules == MAX_RULES || !parse_rule(copy, &rules[nr_rules]))
			return false;
		if (has_profile(&rules[nr_rules], profile))
			nr_rules++;
		else
			free(copy);
	}
	return f;
}

static bool matches(const struct rule *rule, const char *step, const char *name, const char *kernel,
		    const char *daxemu)
{
	return !fnmatch(rule->step, step, FNM_NOESCAPE) && !fnmatch(rule->name, name, 0) &&
	       !fnmatch(rule->kernel, kernel, FNM_NOESCAPE) &&
	       !fnmatch(rule->daxemu, daxemu, FNM_NOESCAPE);
}

/* A step's words are divided by tabs, which a pattern has as blanks. */
struct rule *rules_find(const char *step, const char *name, const char *kernel, const char *daxemu)
{
	char words[1024];

	snprintf(words, sizeof(words), "%s", step);
	for (char *p = words; (p = strchr(p, '\t'));)
		*p = ' ';
	for (size_t i = 0; i < nr_rules; i++)
		if (matches(&rules[i], words, name, kernel, daxemu))
			return &rules[i];
	return NULL;
}

void rules_print_met(void)
{
	for (size_t i = 0; i < nr_rules; i++)
		if (rules[i].met)
			printf("  argued for (%u): %s\n", rules[i].met, rules[i].reason);
}
