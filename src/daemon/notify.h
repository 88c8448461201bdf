/* SPDX-License-Identifier: BSD-3-Clause */
/* Tells a service manager how we are: sd_notify(3) in a few lines. */
#pragma once

/* Sends @state (such as "READY=1") to $NOTIFY_SOCKET, if there is one. Return: 0 or -errno. */
int notify_manager(const char *state);
