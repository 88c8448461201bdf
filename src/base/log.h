/* SPDX-License-Identifier: BSD-3-Clause */
/* Log lines on stderr, chosen by DAXEMU_LOG=error|warn|info|debug[,area...]. */
#pragma once

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/**
 * log_init() - read what to log
 * @spec: the value of DAXEMU_LOG: a level, then areas to which info and debug are limited;
 *        NULL or unknown words leave the default, warn and all areas
 */
void log_init(const char *spec);

/* Prints "daxemu: AREA: text" when the level and area are wanted. Keeps errno. */
void log_print(enum log_level level, const char *area, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define log_error(area, ...) log_print(LOG_LEVEL_ERROR, area, __VA_ARGS__)
#define log_warn(area, ...)  log_print(LOG_LEVEL_WARN, area, __VA_ARGS__)
#define log_info(area, ...)  log_print(LOG_LEVEL_INFO, area, __VA_ARGS__)
#define log_debug(area, ...) log_print(LOG_LEVEL_DEBUG, area, __VA_ARGS__)
