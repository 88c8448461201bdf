/* SPDX-License-Identifier: BSD-3-Clause */
/* A broker with a device for tests. See fixture.h. */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/fdpass.h"
#include "base/util.h"

static struct dax_dev *identify(void *user, const struct stat *st)
{
	struct fixture *f = user;
	struct stat ours;

	if (fstat(f->file, &ours) < 0 || ours.st_ino != st->st_ino || ours.st_dev != st->st_dev)
		return NULL;
	return &f->dev;
}

static int memory(void *user, const struct dax_dev *dev, bool writable, uint64_t *page_size,
		  uint64_t *file_len)
{
	const struct fixture *f = user;

	assert_ptr_equal(dev, &f->dev);
	*page_size = 4096;
	*file_len = SIZE;
	return writable ? f->mem : f->mem_ro;
}

static const struct broker_ops ops = { identify, memory };

static int reopen(int fd, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fd = open(path, flags | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static int listener(struct fixture *f)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	/* A name of the kernel's choice in the abstract namespace. */
	f->addr.sun_family = AF_UNIX;
	assert_int_equal(bind(fd, (struct sockaddr *)&f->addr, sizeof(sa_family_t)), 0);
	f->addr_len = sizeof(f->addr);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&f->addr, &f->addr_len), 0);
	assert_int_equal(listen(fd, 1024), 0);
	return fd;
}

int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct broker_config config = {
		.model = &f->model, .lock = &f->lock, .ops = &ops, .user = f
	};
	FILE *tmp = tmpfile();

	pthread_rwlock_init(&f->lock, NULL);
	f->profile = *dax_profile_default();
	f->model.config.profile = &f->profile;
	f->region.model = &f->model;
	f->region.enabled = true;
	f->dev = (struct dax_dev){ .region = &f->region,
				   .align = 2 << 20,
				   .driver = dax_driver(DAX_DEVICE_DAX) };
	f->file = fcntl(fileno(tmp), F_DUPFD_CLOEXEC, 0);
	fclose(tmp);
	f->file_ro = reopen(f->file, O_RDONLY);
	f->file_path = reopen(f->file, O_PATH);
	f->mem = memfd_create("dax0.0", MFD_CLOEXEC);
	assert_int_equal(ftruncate(f->mem, SIZE), 0);
	f->mem_ro = reopen(f->mem, O_RDONLY);
	config.listen_fd = listener(f);
	assert_int_equal(broker_new(&f->broker, &config), 0);
	*state = f;
	return 0;
}

int teardown(void **state)
{
	struct fixture *f = *state;

	broker_free(f->broker);
	close(f->file);
	close(f->file_ro);
	close(f->file_path);
	close(f->mem);
	close(f->mem_ro);
	pthread_rwlock_destroy(&f->lock);
	free(f);
	return 0;
}

void pump(struct fixture *f)
{
	for (int i = 0; i < 16; i++)
		broker_dispatch(f->broker);
}

int client(struct fixture *f)
{
	int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(sock, (struct sockaddr *)&f->addr, f->addr_len), 0);
	return sock;
}

struct daxemu_msg_map request(uint32_t serial)
{
	return (struct daxemu_msg_map){
		.header = { sizeof(struct daxemu_msg_map), DAXEMU_PROTO_VERSION, DAXEMU_MSG_MAP,
			    serial, 0 },
		.len = 2 << 20,
		.prot = PROT_READ | PROT_WRITE,
		.flags = MAP_SHARED,
	};
}

int answer(int sock, struct daxemu_msg_map_reply *reply)
{
	int fd;

	assert_int_equal(fdpass_recv(sock, reply, sizeof(*reply), &fd, 0), sizeof(*reply));
	assert_int_equal(reply->header.size, sizeof(*reply));
	assert_int_equal(reply->header.version, DAXEMU_PROTO_VERSION);
	assert_int_equal(reply->header.type, DAXEMU_MSG_MAP_REPLY);
	return fd;
}

bool hung_up(int sock)
{
	char c;
	ssize_t n = recv(sock, &c, 1, MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno == ECONNRESET);
}

void assert_served(struct fixture *f)
{
	struct daxemu_msg_map msg = request(1);
	struct daxemu_msg_map_reply reply;
	int fd, sock = client(f);

	assert_int_equal(fdpass_send(sock, &msg, sizeof(msg), f->file, 0), 0);
	pump(f);
	fd = answer(sock, &reply);
	assert_int_equal(reply.header.error, 0);
	assert_true(fd >= 0);
	close(fd);
	close(sock);
	pump(f);
}
