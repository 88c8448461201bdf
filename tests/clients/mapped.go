// SPDX-License-Identifier: BSD-3-Clause

// A Go program makes its system calls itself: no library can be preloaded into it. It prints what
// it sees of a device in sysfs and /dev, then maps it.
// Usage: mapped daxX.Y
package main

import (
	"fmt"
	"os"
	"syscall"
)

func run(name string) error {
	size, err := os.ReadFile("/sys/bus/dax/devices/" + name + "/size")
	if err != nil {
		return err
	}
	fmt.Print("size ", string(size))
	stat, err := os.Stat("/dev/" + name)
	if err != nil {
		return err
	}
	fmt.Println("mode", stat.Mode(), "size", stat.Size())
	file, err := os.OpenFile("/dev/"+name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	b, err := syscall.Mmap(int(file.Fd()), 0, 2<<20, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	b[0] = 7
	fmt.Println("ok", b[0], len(b))
	return syscall.Munmap(b)
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
