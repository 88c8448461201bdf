/* SPDX-License-Identifier: BSD-3-Clause */
/* A broker with a device, and a client's part of the talk, for tests. A temporary file stands in
 * for the open device file, a memfd for the device's memory. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/socket.h>
#include <sys/un.h>

#include "broker/broker.h"
#include "daxemu/proto.h"

enum { SIZE = 4 << 20 };

struct fixture {
	struct broker *broker;
	pthread_rwlock_t lock;
	struct dax_model model;
	struct dax_profile profile;
	struct dax_region region;
	struct dax_dev dev;
	struct sockaddr_un addr;
	socklen_t addr_len;
	int file, file_ro, file_path; /* the "device file", open in three ways */
	int mem, mem_ro;
};

/* For cmocka: *@state is the fixture. */
int setup(void **state);
int teardown(void **state);

/* Lets the broker serve what is there. */
void pump(struct fixture *f);

/* A connected socket that never waits: an answer that does not come must fail the test, not hang
 * it. */
int client(struct fixture *f);

/* A request for 2 MiB. */
struct daxemu_msg_map request(uint32_t serial);

/* Return: the memory, -1 when the answer has none. */
int answer(int sock, struct daxemu_msg_map_reply *reply);

bool hung_up(int sock);

/* The whole of an honest client's talk, which must work whatever others do. */
void assert_served(struct fixture *f);
