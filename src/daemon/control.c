/* SPDX-License-Identifier: BSD-3-Clause */
/* The control socket of an instance. */
#include "daemon/control.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "base/fdpass.h"
#include "base/log.h"
#include "base/util.h"

static bool peer_allowed(int sock)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return false;
	return peer.uid == geteuid() || peer.uid == 0;
}

/* A file with the text, at offset 0. Takes @taken. */
static int text_file(char *taken)
{
	_cleanup_free_ char *text = taken;
	_cleanup_fd_ int fd = memfd_create("daxemu", MFD_CLOEXEC);
	ssize_t len = text ? (ssize_t)strlen(text) : 0;

	if (fd < 0 || !text)
		return fd < 0 ? -errno : -ENOMEM;
	if (write(fd, text, (size_t)len) != len || lseek(fd, 0, SEEK_SET) < 0)
		return -EIO;
	return steal_fd(&fd);
}

static void reply(int sock, const char *sentence, int file)
{
	int r = fdpass_send(sock, sentence, strlen(sentence) + 1, file, 0);

	if (r < 0)
		log_debug("control", "reply: %s", strerror(-r));
}

static void answer_module(int sock, const char *name, bool load, const struct control_ops *ops,
			  void *user)
{
	char sentence[CONTROL_SENTENCE] = "";
	int r = ops->module(user, name, load);

	if (r == -ENODEV)
		snprintf(sentence, sizeof(sentence), "module %s not found", name);
	else if (r == -EBUSY)
		snprintf(sentence, sizeof(sentence), "module %s is in use", name);
	else if (r < 0)
		snprintf(sentence, sizeof(sentence), "module %s: %s", name, strerror(-r));
	reply(sock, sentence, -1);
}

static void answer_inject(int sock, const char *spec, const struct control_ops *ops, void *user)
{
	struct refusal refusal = { "" };

	ops->inject(user, spec, &refusal);
	reply(sock, refusal.text, -1);
}

static void answer(int sock, const char *word, const struct control_ops *ops, void *user)
{
	_cleanup_fd_ int file = -1;

	if (!strncmp(word, CONTROL_LOAD " ", sizeof(CONTROL_LOAD)))
		return answer_module(sock, word + sizeof(CONTROL_LOAD), true, ops, user);
	if (!strncmp(word, CONTROL_UNLOAD " ", sizeof(CONTROL_UNLOAD)))
		return answer_module(sock, word + sizeof(CONTROL_UNLOAD), false, ops, user);
	if (!strncmp(word, CONTROL_INJECT " ", sizeof(CONTROL_INJECT)))
		return answer_inject(sock, word + sizeof(CONTROL_INJECT), ops, user);
	if (!strcmp(word, CONTROL_STATUS))
		file = text_file(ops->status(user));
	else if (!strcmp(word, CONTROL_MAPS))
		file = text_file(ops->maps(user));
	else if (!strcmp(word, CONTROL_WATCH))
		file = ops->watch(user);
	else if (!strcmp(word, CONTROL_STOP))
		ops->stop(user);
	else
		return reply(sock, "there is no such request", -1);
	if (file < 0 && strcmp(word, CONTROL_STOP))
		return reply(sock, "there is no memory or file left for the answer", -1);
	reply(sock, "", file);
}

void control_serve(int listen_fd, const struct control_ops *ops, void *user)
{
	_cleanup_fd_ int sock = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
	const struct timeval second = { .tv_sec = 1 };
	char word[CONTROL_REQUEST];
	ssize_t n;

	if (sock < 0)
		return;
	if (!peer_allowed(sock))
		return reply(sock, "this user may not control the instance", -1);
	setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second));
	n = recv(sock, word, sizeof(word) - 1, 0);
	if (n <= 0)
		return;
	word[n] = '\0';
	answer(sock, word, ops, user);
}

int control_connect(const char *runtime, pid_t *pid)
{
	_cleanup_fd_ int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	_cleanup_fd_ int dir = open(runtime, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (sock < 0 || dir < 0)
		return -errno;
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/ctl", dir);
	if (connect(sock, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return -errno;
	if (pid)
		*pid = peer.pid;
	return steal_fd(&sock);
}

int control_ask(int sock, const char *word, int *file, char sentence[static CONTROL_SENTENCE])
{
	ssize_t n;
	int r = fdpass_send(sock, word, strlen(word), -1, 0);

	*file = -1;
	if (r < 0)
		return r;
	*sentence = '\0';
	n = fdpass_recv(sock, sentence, CONTROL_SENTENCE, file, 0);
	if (n < 0)
		return (int)n;
	if (!n)
		return -ECONNRESET;
	sentence[n - 1] = '\0';
	return *sentence ? -EACCES : 0;
}
