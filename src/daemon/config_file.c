/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The configuration file: INI, the same words as on the command line. Options stand in [daxemu],
 * each region in a [region NAME] of its own; a NAME that is a number is the region's id.
 */
#include <iniparser.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "base/util.h"
#include "daemon/config.h"
#include "daemon/options.h"

/* What iniparser complains about; it has one callback for all. */
static char complaint[200];

static int keep_complaint(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(complaint, sizeof(complaint), format, args);
	va_end(args);
	complaint[strcspn(complaint, "\n")] = '\0';
	return 0;
}

static void dictionary_p(dictionary **d)
{
	if (*d)
		iniparser_freedict(*d);
}

static int set_option(struct config *config, const char *path, const char *key, const char *value,
		      struct refusal *refusal)
{
	const struct option_def *def = option_find(key, strlen(key));
	char where[160];

	snprintf(where, sizeof(where), "%.100s: [daxemu] ", path);
	if (!def || !def->in_file)
		return refuse(refusal, "%s%s=%s: there is no such key", where, key, value);
	return config_set(config, where, key, value, refusal);
}

/* The region of a section, made when its first key is seen. */
static struct config_region *section_region(struct config *config, const char *path,
					    const char *section, struct refusal *refusal)
{
	const char *name = section + strlen("region ");
	struct config_region *region;
	char where[128];

	snprintf(where, sizeof(where), "%.60s: [%.60s]", path, section);
	for (size_t i = 0; i < config->nr_regions; i++)
		if (!strcmp(config->regions[i].where, where))
			return &config->regions[i];
	region = config_add_region(config, where);
	if (!region) {
		refuse(refusal, "%s: out of memory", where);
		return NULL;
	}
	if (*name && !name[strspn(name, "0123456789")] &&
	    config_region_set(region, "id", name, refusal) < 0)
		return NULL;
	return region;
}

static int set_region_key(struct config *config, const char *path, const char *section,
			  const char *key, const char *value, struct refusal *refusal)
{
	struct config_region *region = section_region(config, path, section, refusal);

	if (!region)
		return -EINVAL;
	return *key ? config_region_set(region, key, value, refusal) : 0;
}

/* One line: "section" alone, or "section:key" with a value. */
static int set_entry(struct config *config, const char *path, const char *entry, const char *value,
		     struct refusal *refusal)
{
	size_t len = strcspn(entry, ":");
	const char *key = entry[len] ? entry + len + 1 : "";
	_cleanup_free_ char *section = strndup(entry, len);

	if (!section)
		return refuse(refusal, "%s: out of memory", path);
	if (!value)
		value = "";
	if (!strcmp(section, "daxemu"))
		return *key ? set_option(config, path, key, value, refusal) : 0;
	if (!strncmp(section, "region ", 7) && section[7])
		return set_region_key(config, path, section, key, value, refusal);
	return refuse(refusal,
		      "%s: [%s]: there is no such section, there are [daxemu] and "
		      "[region NAME]",
		      path, section);
}

int config_read_file(struct config *config, const char *path, struct refusal *refusal)
{
	__attribute__((cleanup(dictionary_p))) dictionary *ini = NULL;
	struct stat st;
	int r = 0;

	if (stat(path, &st) < 0)
		return refuse(refusal, "--config=%s: %s", path,
			      errno == ENOENT ? "there is no such file" : strerror(errno));
	if (!S_ISREG(st.st_mode))
		return refuse(refusal, "--config=%s: must be a regular file", path);
	iniparser_set_error_callback(keep_complaint);
	*complaint = '\0';
	ini = iniparser_load(path);
	iniparser_set_error_callback(NULL);
	if (!ini)
		return refuse(refusal, "--config=%s: must be an INI file: %s", path, complaint);
	for (ssize_t i = 0; i < ini->size && !r; i++)
		if (ini->key[i])
			r = set_entry(config, path, ini->key[i], ini->val[i], refusal);
	return r;
}
