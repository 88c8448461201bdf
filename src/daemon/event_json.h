/* SPDX-License-Identifier: BSD-3-Clause */
/* A uevent as a line of JSON, for `daxemu watch`. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * event_json() - one object and a newline
 * @message: as sysfs-emu/uevent_text.h has it, @len bytes
 *
 * action, devpath and subsystem, the other variables under their own names in the kernel's order,
 * all strings; then seqnum, a number. Of a key that comes twice the last value stays.
 *
 * Return: to free(3); NULL without memory.
 */
char *event_json(const char *message, size_t len, uint64_t seqnum);
