/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How uevents travel: what a reader of `daxemu watch` and a netlink listener get, when, and that
 * neither can make the instance wait. A pair of sockets stands for the kernel's.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/util.h"
#include "daemon/event_json.h"
#include "daemon/events.h"
#include "rows.h"
#include "sysfs-emu/tree.h"

/* --- a line of JSON ------------------------------------------------------------------------- */

#define WORDS(text) text, sizeof(text) /* with the NUL of the last word */

static const struct json_case {
	const char *name;
	const char *message;
	size_t len;
	uint64_t seqnum;
	const char *line;
} jsons[] = {
	{ "json: no variables", WORDS("add@/a\0ACTION=add\0DEVPATH=/a\0SUBSYSTEM=memory"), 7,
	  "{\"action\":\"add\",\"devpath\":\"/a\",\"subsystem\":\"memory\",\"seqnum\":7}\n" },
	{ "json: variables in their order",
	  WORDS("bind@/a\0ACTION=bind\0DEVPATH=/a\0SUBSYSTEM=dax\0MINOR=0\0DEVNAME=dax0.0"),
	  UINT64_MAX,
	  "{\"action\":\"bind\",\"devpath\":\"/a\",\"subsystem\":\"dax\",\"MINOR\":\"0\","
	  "\"DEVNAME\":\"dax0.0\",\"seqnum\":18446744073709551615}\n" },
	{ "json: a value with an equals sign, one without letters",
	  WORDS("add@/a\0ACTION=add\0DEVPATH=/a\0SUBSYSTEM=x\0A=b=c\0B="), 1,
	  "{\"action\":\"add\",\"devpath\":\"/a\",\"subsystem\":\"x\",\"A\":\"b=c\",\"B\":\"\","
	  "\"seqnum\":1}\n" },
};

static void test_json(void **state)
{
	const struct json_case *c = *state;
	_cleanup_free_ char *line = event_json(c->message, c->len, c->seqnum);

	assert_string_equal(line, c->line);
}

/* --- an instance ---------------------------------------------------------------------------- */

struct fixture {
	struct dax_model *model;
	struct dax_region *region;
	pthread_rwlock_t lock;
	struct events *events;
	int kernel; /* the far end of the netlink socket */
};

static int setup(void **state)
{
	struct dax_model_config model = { .profile = dax_profile_find("6.12"),
					  .memblock_size = 128 * MIB,
					  .online_nodes = 3 };
	struct dax_region_config region = { .span = { 4 * GIB, 1 * GIB },
					    .align = 2 * MIB,
					    .target_node = 1 };
	struct fixture *f = calloc(1, sizeof(*f));
	int socks[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks), 0);
	f->kernel = socks[1];
	pthread_rwlock_init(&f->lock, NULL);
	assert_int_equal(dax_model_new(&f->model, &model), 0);
	assert_int_equal(dax_region_add(f->model, &region, DAX_DEVICE_DAX, &f->region), 0);
	assert_int_equal(events_new(&f->events, &(struct events_config){ .model = f->model,
									 .lock = &f->lock,
									 .netlink = socks[0] }),
			 0);
	/* Room for the first device's siblings. */
	assert_int_equal(dax_driver_unbind(f->region->devs[0], DAX_DEVICE_DAX), 0);
	assert_int_equal(dax_dev_resize(f->region->devs[0], 0), 0);
	events_deliver(f->events);
	while (recv(f->kernel, socks, sizeof(socks), MSG_DONTWAIT) > 0)
		;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	dax_model_free(f->model);
	events_free(f->events);
	close(f->kernel);
	pthread_rwlock_destroy(&f->lock);
	free(f);
	return 0;
}

/* One event each. */
static void create(struct fixture *f)
{
	assert_int_equal(dax_region_create_dev(f->region, 1), 0);
}

static void delete (struct fixture *f)
{
	assert_int_equal(dax_region_delete_dev(f->region, (struct dax_id){ 0, 1 }), 0);
}

static bool readable(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, 0) == 1;
}

/* What is in the pipe now; static. */
static const char *read_now(int fd)
{
	static char text[1 << 20];
	size_t len = 0;

	while (readable(fd) && len < sizeof(text) - 1) {
		ssize_t n = read(fd, text + len, sizeof(text) - 1 - len);

		if (n <= 0)
			break;
		len += (size_t)n;
	}
	text[len] = '\0';
	return text;
}

#define DAX01 "/devices/platform/hmem.0/dax0.1"

static void test_reader(void **state)
{
	struct fixture *f = *state;
	_cleanup_fd_ int pipe = events_watch(f->events);

	create(f);
	assert_false(readable(pipe)); /* the model lock may be held */
	events_deliver(f->events);
	/* setup's unbind was the first */
	assert_string_equal(read_now(pipe), "{\"action\":\"add\",\"devpath\":\"" DAX01
					    "\",\"subsystem\":\"dax\",\"MAJOR\":\"252\","
					    "\"MINOR\":\"1\",\"DEVNAME\":\"dax0.1\","
					    "\"MODALIAS\":\"dax:t0\",\"seqnum\":2}\n");
	events_deliver(f->events);
	assert_false(readable(pipe));
}

static void test_readers_hear_the_same(void **state)
{
	struct fixture *f = *state;
	_cleanup_fd_ int early = events_watch(f->events);
	_cleanup_fd_ int late = -1;
	_cleanup_free_ char *first = NULL;

	create(f);
	events_deliver(f->events);
	assert_true(strlen(read_now(early)) > 0);
	late = events_watch(f->events);
	assert_false(readable(late)); /* from now on only */
	delete (f);
	events_deliver(f->events);
	first = strdup(read_now(early));
	assert_non_null(strstr(first, "\"remove\""));
	assert_string_equal(read_now(late), first);
}

static void test_netlink(void **state)
{
	static const char want[] =
		"add@" DAX01 "\0ACTION=add\0DEVPATH=" DAX01
		"\0SUBSYSTEM=dax\0MAJOR=252\0MINOR=1\0DEVNAME=dax0.1\0MODALIAS=dax:t0";
	struct fixture *f = *state;
	struct {
		struct nlmsghdr header;
		char text[4096];
	} message;
	ssize_t n;

	create(f);
	assert_false(readable(f->kernel));
	events_deliver(f->events);
	n = recv(f->kernel, &message, sizeof(message), MSG_DONTWAIT);
	assert_int_equal(n, NLMSG_HDRLEN + sizeof(want));
	assert_int_equal(message.header.nlmsg_len, n);
	assert_int_equal(message.header.nlmsg_type, NLMSG_MIN_TYPE);
	assert_int_equal(message.header.nlmsg_flags, NLM_F_REQUEST);
	assert_memory_equal(message.text, want, sizeof(want));
	assert_true(events_on_netlink(f->events));
}

/* What the kernel answers to a sender without the right is the end of it. */
static const struct complaint_case {
	const char *name;
	int error;
	bool on;
} complaints[] = {
	{ "netlink: not allowed", -EPERM, false },
	{ "netlink: one event was too long", -EMSGSIZE, true },
};

static void test_complaint(void **state)
{
	const struct complaint_case *c = *state;
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
	} answer = { { .nlmsg_len = sizeof(answer), .nlmsg_type = NLMSG_ERROR },
		     { .error = c->error } };
	struct fixture *f;

	setup((void **)&f);
	assert_int_equal(send(f->kernel, &answer, sizeof(answer), 0), sizeof(answer));
	create(f);
	events_deliver(f->events);
	assert_int_equal(events_on_netlink(f->events), c->on);
	delete (f); /* and no crash */
	events_deliver(f->events);
	teardown((void **)&f);
}

static int count_lines(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void drain_kernel(struct fixture *f)
{
	char text[4096];

	while (recv(f->kernel, text, sizeof(text), MSG_DONTWAIT) > 0)
		;
}

/* Far more than a pipe holds, with nobody who reads. */
static void test_slow_reader(void **state)
{
	enum { EVENTS = 4000 };
	struct fixture *f = *state;
	_cleanup_fd_ int slow = events_watch(f->events);
	_cleanup_fd_ int quick = events_watch(f->events);
	int heard, lost = 0, quick_heard = 0;
	char want[64];

	for (int i = 0; i < EVENTS / 2; i++) {
		create(f);
		events_deliver(f->events);
		delete (f);
		events_deliver(f->events);
		quick_heard += count_lines(read_now(quick));
		drain_kernel(f);
	}
	assert_int_equal(quick_heard, EVENTS);
	heard = count_lines(read_now(slow));
	assert_in_range(heard, 1, EVENTS - 1);

	/* It has room again: it is told at once, not with the next event. */
	assert_true(readable(events_fd(f->events)));
	events_dispatch(f->events);
	assert_int_equal(sscanf(read_now(slow), "{\"lost\":%d}\n", &lost), 1);
	assert_int_equal(heard + lost, EVENTS);
	assert_false(readable(events_fd(f->events)));

	create(f);
	events_deliver(f->events);
	snprintf(want, sizeof(want), "\"seqnum\":%d}\n", 1 + EVENTS + 1);
	assert_non_null(strstr(read_now(slow), want));
}

/* Who is told nothing until he has room hears the events in order, none after the gap before. */
static void test_gap_is_one(void **state)
{
	struct fixture *f = *state;
	_cleanup_fd_ int slow = events_watch(f->events);
	char byte[4096];
	int lost;

	for (int i = 0; i < 1000; i++) {
		create(f);
		delete (f);
		events_deliver(f->events);
		drain_kernel(f);
	}
	/* Room for some lines, but the loss was not told yet. */
	assert_true(read(slow, byte, sizeof(byte)) > 0);
	create(f);
	events_deliver(f->events);
	assert_null(strstr(read_now(slow), "\"seqnum\":2002}"));
	events_dispatch(f->events);
	assert_int_equal(sscanf(read_now(slow), "{\"lost\":%d}\n", &lost), 1);
}

static void test_leaving(void **state)
{
	enum { MOST = 64 };
	struct fixture *f = *state;
	int pipes[MOST];

	for (int i = 0; i < MOST; i++)
		assert_true((pipes[i] = events_watch(f->events)) >= 0);
	assert_int_equal(events_watch(f->events), -EUSERS);
	close(pipes[7]);
	create(f); /* while nobody has noticed */
	events_deliver(f->events);
	events_dispatch(f->events);
	assert_true((pipes[7] = events_watch(f->events)) >= 0);
	for (int i = 0; i < MOST; i++)
		close(pipes[i]);
	for (int i = 0; i < MOST && readable(events_fd(f->events)); i++)
		events_dispatch(f->events);
	assert_false(readable(events_fd(f->events)));
}

/* The pipe's far end is a file of its own: its flags are not ours. */
static void test_reader_may_wait(void **state)
{
	struct fixture *f = *state;
	_cleanup_fd_ int pipe = events_watch(f->events);

	assert_int_equal(fcntl(pipe, F_GETFL) & (O_NONBLOCK | O_ACCMODE), O_RDONLY);
}

static void test_synthetic(void **state)
{
	struct fixture *f = *state;
	struct sysfs_tree tree = { .model = f->model };
	struct sysfs_obj obj = { .tree = &tree,
				 .model = f->model,
				 .ref = { .kind = SYSFS_DRIVER, .index = DAX_KMEM } };
	struct uevent_request request = { .action = "change" };
	_cleanup_fd_ int pipe = events_watch(f->events);

	assert_int_equal(events_request(f->events, &obj, &request), 0);
	events_deliver(f->events);
	assert_string_equal(read_now(pipe),
			    "{\"action\":\"change\",\"devpath\":\"/bus/dax/drivers/kmem\","
			    "\"subsystem\":\"drivers\",\"SYNTH_UUID\":\"0\",\"seqnum\":2}\n");
}

/* Nobody listens to an instance that ends. */
static void test_end(void **state)
{
	int pipe;
	char byte;

	setup(state);
	pipe = events_watch(((struct fixture *)*state)->events);
	teardown(state);
	assert_int_equal(read(pipe, &byte, 1), 0);
	close(pipe);
}

#define INSTANCE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest fixed[] = {
		INSTANCE(test_reader),		INSTANCE(test_readers_hear_the_same),
		INSTANCE(test_netlink),		INSTANCE(test_slow_reader),
		INSTANCE(test_gap_is_one),	INSTANCE(test_leaving),
		INSTANCE(test_reader_may_wait), INSTANCE(test_synthetic),
		cmocka_unit_test(test_end),
	};
	struct CMUnitTest tests[ARRAY_SIZE(fixed) + ARRAY_SIZE(jsons) + ARRAY_SIZE(complaints)];
	size_t n = ARRAY_SIZE(fixed);

	signal(SIGPIPE, SIG_IGN); /* as in the daemon */
	memcpy(tests, fixed, sizeof(fixed));
	n += row_tests(&tests[n], ROWS(jsons, name), test_json);
	n += row_tests(&tests[n], ROWS(complaints, name), test_complaint);
	return cmocka_run_group_tests_name("daemon_events", tests, NULL, NULL);
}
