/* SPDX-License-Identifier: BSD-3-Clause */
/* Pages held in pipes. See pins.h. */
#include "backing/pins.h"

#include <fcntl.h>
#include <sys/uio.h>

#include "base/util.h"

#define PAGE	  4096u
#define PIPE_SIZE (1u << 20)
#define MAX_PIPES 512

struct pin_pipe {
	int read_fd;
	int write_fd;
	uint64_t capacity; /* bytes in whole pages */
	uint64_t held;
};

struct pins {
	struct pin_pipe *pipes;
	size_t nr;
	size_t first; /* the next to be read */
	size_t last;  /* the next to be filled */
	uint64_t capacity;
	uint64_t min;
	size_t nr_kept; /* also at rest */
	bool only_files;
};

static void pipe_resize(struct pin_pipe *pipe, unsigned want)
{
	int size = fcntl(pipe->write_fd, F_SETPIPE_SZ, want);

	if (size < 0)
		size = fcntl(pipe->write_fd, F_GETPIPE_SZ);
	pipe->capacity = size < (int)PAGE ? PAGE : align_down((uint64_t)size, PAGE);
}

static int pipe_open(struct pin_pipe *pipe)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	*pipe = (struct pin_pipe){ .read_fd = fds[0], .write_fd = fds[1] };
	pipe_resize(pipe, PIPE_SIZE);
	return 0;
}

static void pipe_close(struct pin_pipe *pipe)
{
	close(pipe->read_fd);
	close(pipe->write_fd);
}

static int add_pipe(struct pins *pins)
{
	int r = pipe_open(&pins->pipes[pins->nr]);

	if (r < 0)
		return r;
	pins->capacity += pins->pipes[pins->nr++].capacity;
	return 0;
}

/* Whether vmsplice(2) is refused. An empty one is checked like any other, and does nothing. */
static bool vmsplice_refused(const struct pin_pipe *pipe)
{
	struct iovec none = { NULL, 0 };

	return vmsplice(pipe->write_fd, &none, 1, SPLICE_F_NONBLOCK) < 0 &&
	       (errno == EPERM || errno == ENOSYS || errno == EACCES);
}

int pins_new(struct pins **out, uint64_t min, uint64_t want)
{
	struct pins *pins = calloc(1, sizeof(*pins));
	size_t enough = (size_t)(want / PIPE_SIZE);
	int r = 0;

	if (!pins)
		return -ENOMEM;
	pins->min = min;
	pins->pipes = calloc(MAX_PIPES, sizeof(*pins->pipes));
	if (!pins->pipes)
		r = -ENOMEM;
	while (!r && pins->nr < MAX_PIPES &&
	       (pins->capacity < min || (pins->capacity < want && pins->nr < enough)))
		r = add_pipe(pins);
	if (pins->capacity < min) {
		pins_free(pins);
		return r < 0 ? r : -ENFILE;
	}
	pins->nr_kept = pins->nr;
	pins->only_files = vmsplice_refused(&pins->pipes[0]);
	pins_rest(pins);
	*out = pins;
	return 0;
}

bool pins_only_files(const struct pins *pins)
{
	return pins->only_files;
}

void pins_free(struct pins *pins)
{
	if (!pins)
		return;
	for (size_t i = 0; i < pins->nr; i++)
		pipe_close(&pins->pipes[i]);
	free(pins->pipes);
	free(pins);
}

void pins_wake(struct pins *pins)
{
	pins->capacity = 0;
	for (size_t i = 0; i < pins->nr; i++) {
		pipe_resize(&pins->pipes[i], PIPE_SIZE);
		pins->capacity += pins->pipes[i].capacity;
	}
	while (pins->capacity < PINS_LEAST && pins->nr < MAX_PIPES && !add_pipe(pins))
		;
}

/* Gives back what is not needed to hold the least; that must be there at any time. */
void pins_rest(struct pins *pins)
{
	while (pins->nr > pins->nr_kept) {
		pins->capacity -= pins->pipes[--pins->nr].capacity;
		pipe_close(&pins->pipes[pins->nr]);
	}
	for (size_t i = 0; i < pins->nr; i++) {
		struct pin_pipe *pipe = &pins->pipes[i];

		if (pins->capacity - pipe->capacity + PAGE < pins->min)
			continue;
		pins->capacity -= pipe->capacity;
		pipe_resize(pipe, PAGE);
		pins->capacity += pipe->capacity;
	}
}

uint64_t pins_capacity(const struct pins *pins)
{
	return pins->capacity;
}

/* Where pages come from: a mapping, or a file. */
struct pin_source {
	const char *addr; /* NULL for a file */
	int fd;
	uint64_t off;
};

static ssize_t take_some(const struct pin_pipe *pipe, const struct pin_source *source, uint64_t at,
			 uint64_t len)
{
	struct iovec iov = { (void *)(uintptr_t)(source->addr + at), len };
	loff_t off = (loff_t)(source->off + at);

	if (source->addr)
		return vmsplice(pipe->write_fd, &iov, 1, SPLICE_F_NONBLOCK);
	return splice(source->fd, &off, pipe->write_fd, NULL, len, SPLICE_F_NONBLOCK);
}

/* Return: bytes, 0 when nothing more goes in. */
static uint64_t pipe_take(struct pin_pipe *pipe, const struct pin_source *source, uint64_t at,
			  uint64_t len)
{
	ssize_t n;

	len = min_u64(len, pipe->capacity - pipe->held);
	if (!len)
		return 0;
	do
		n = take_some(pipe, source, at, len);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return 0;
	pipe->held += (uint64_t)n;
	return (uint64_t)n;
}

static uint64_t take(struct pins *pins, const struct pin_source *source, uint64_t len)
{
	uint64_t done = 0;

	while (done < len) {
		struct pin_pipe *pipe = &pins->pipes[pins->last];
		uint64_t n;

		if (pipe->held == pipe->capacity && ++pins->last < pins->nr)
			continue;
		if (pins->last == pins->nr) {
			pins->last--;
			break;
		}
		n = pipe_take(pipe, source, done, len - done);
		if (!n)
			break;
		done += n;
	}
	return done;
}

uint64_t pins_take(struct pins *pins, const void *addr, uint64_t len)
{
	return take(pins, &(struct pin_source){ .addr = addr }, len);
}

uint64_t pins_take_file(struct pins *pins, int fd, uint64_t off, uint64_t len)
{
	return take(pins, &(struct pin_source){ .fd = fd, .off = off }, len);
}

/* The pipe that holds the next bytes, NULL when none does. */
static struct pin_pipe *next_held(struct pins *pins)
{
	for (; pins->first < pins->nr; pins->first++)
		if (pins->pipes[pins->first].held)
			return &pins->pipes[pins->first];
	return NULL;
}

/* Nothing held: start again with the first pipe. */
static void rewind_if_empty(struct pins *pins)
{
	if (!next_held(pins))
		pins->first = pins->last = 0;
}

/* Read and forget, so that what follows is found in its place. */
static void discard(struct pins *pins, uint64_t len)
{
	_cleanup_free_ char *bin = malloc(PIPE_SIZE);
	struct pin_pipe *pipe;

	while (bin && len && (pipe = next_held(pins))) {
		ssize_t n = read(pipe->read_fd, bin, min_u64(min_u64(len, pipe->held), PIPE_SIZE));

		if (n <= 0)
			break;
		pipe->held -= (uint64_t)n;
		len -= (uint64_t)n;
	}
}

int pins_to_file(struct pins *pins, int fd, uint64_t off, uint64_t len)
{
	loff_t to = (loff_t)off;
	int r = 0;

	while (len && !r) {
		struct pin_pipe *pipe = next_held(pins);
		ssize_t n = pipe ? splice(pipe->read_fd, NULL, fd, &to, min_u64(len, pipe->held), 0)
				 : 0;

		if (n > 0) {
			pipe->held -= (uint64_t)n;
			len -= (uint64_t)n;
		} else if (!n || errno != EINTR) {
			r = n ? -errno : -EIO;
		}
	}
	if (r < 0)
		discard(pins, len);
	rewind_if_empty(pins);
	return r;
}

int pins_to_memory(struct pins *pins, void *to, uint64_t len)
{
	char *p = to;
	int r = 0;

	while (len && !r) {
		struct pin_pipe *pipe = next_held(pins);
		ssize_t n = pipe ? read(pipe->read_fd, p, min_u64(len, pipe->held)) : 0;

		if (n > 0) {
			pipe->held -= (uint64_t)n;
			len -= (uint64_t)n;
			p += n;
		} else if (!n || errno != EINTR) {
			r = n ? -errno : -EIO;
		}
	}
	if (r < 0)
		discard(pins, len);
	rewind_if_empty(pins);
	return r;
}

void pins_drop(struct pins *pins)
{
	discard(pins, UINT64_MAX);
	rewind_if_empty(pins);
}

int pins_copy(struct pins *pins, int from, uint64_t from_off, int to, uint64_t to_off, uint64_t len)
{
	struct pin_pipe *pipe = &pins->pipes[0];
	loff_t source = (loff_t)from_off;

	while (len) {
		ssize_t n = splice(from, &source, pipe->write_fd, NULL,
				   min_u64(len, pipe->capacity), 0);
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		pipe->held = (uint64_t)n;
		r = pins_to_file(pins, to, to_off, (uint64_t)n);
		if (r < 0)
			return r;
		to_off += (uint64_t)n;
		len -= (uint64_t)n;
	}
	return 0;
}
