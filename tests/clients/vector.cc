// SPDX-License-Identifier: BSD-3-Clause
/*
 * A C++ program: finds the device with std::filesystem and streams, and keeps a standard vector in
 * its memory. Usage: vector daxX.Y
 */
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory_resource>
#include <numeric>
#include <string>
#include <system_error>
#include <vector>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace fs = std::filesystem;

static const fs::path bus = "/sys/bus/dax/devices";

[[noreturn]] static void fail(const std::string &what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

/* A number of sysfs. */
static std::size_t attribute(const std::string &device, const char *name)
{
	std::ifstream in(bus / device / name);
	std::size_t value;

	if (!(in >> value))
		fail(name);
	return value;
}

/* All of a device, mapped. */
class Mapping
{
	std::size_t len;
	void *start;

      public:
	explicit Mapping(const std::string &device) : len(attribute(device, "size"))
	{
		int fd = open(("/dev/" + device).c_str(), O_RDWR | O_CLOEXEC);

		if (fd < 0)
			fail("open");
		start = mmap(nullptr, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		close(fd);
		if (start == MAP_FAILED)
			fail("mmap");
	}
	Mapping(const Mapping &) = delete;
	Mapping &operator=(const Mapping &) = delete;
	~Mapping()
	{
		munmap(start, len);
	}
	void *data() const
	{
		return start;
	}
	std::size_t size() const
	{
		return len;
	}
};

static void describe(const std::string &device)
{
	for (const auto &entry : fs::directory_iterator(bus))
		std::cout << "listed " << entry.path().filename().string() << '\n';
	std::cout << "character file " << fs::is_character_file("/dev/" + device) << '\n';
	std::cout
		<< "home "
		<< fs::canonical(bus / device).lexically_relative("/sys/devices/platform").string()
		<< '\n';
}

/* A vector that grows, with everything in it, in the device; a second mapping finds it there. */
static void use_vector(const std::string &device)
{
	Mapping mapping(device), again(device);
	std::pmr::monotonic_buffer_resource memory(mapping.data(), mapping.size(),
						   std::pmr::null_memory_resource());
	std::pmr::vector<long> numbers(&memory);
	auto offset = [&] {
		return reinterpret_cast<char *>(numbers.data()) -
		       static_cast<char *>(mapping.data());
	};

	for (long i = 0; i < 1000000; i++)
		numbers.push_back((i * 7919) % 1000000);
	std::sort(numbers.begin(), numbers.end());

	auto *seen = reinterpret_cast<long *>(static_cast<char *>(again.data()) + offset());
	std::cout << "in the device " << (offset() >= 0 && std::size_t(offset()) < mapping.size())
		  << '\n';
	std::cout << "sorted " << std::is_sorted(seen, seen + numbers.size()) << '\n';
	std::cout << "sum " << std::accumulate(seen, seen + numbers.size(), 0L) << '\n';
}

int main(int argc, char **argv)
try {
	if (argc != 2)
		return 2;
	describe(argv[1]);
	use_vector(argv[1]);
	return 0;
} catch (const std::exception &error) {
	std::cerr << "vector: " << error.what() << '\n';
	return 1;
}
