# SPDX-License-Identifier: BSD-3-Clause
# The preload library a second time, for 32-bit programs, where the compiler can do -m32.
#
# One LD_PRELOAD has to serve both kinds of program: ld.so puts its own directory for $LIB in it, for
# instance lib/x86_64-linux-gnu or lib32. So beside the library are directories of these names.
include(CheckCSourceCompiles)

# What ld.so says for $LIB: Debian's biarch and Arch, Debian's multiarch, Fedora; a container may be of
# another distribution than the machine. Where one says for 64 bits what another says for 32, this
# machine's word counts.
set(DAXEMU_LIB32S lib32 lib/i386-linux-gnu lib)
set(DAXEMU_LIB64S lib64 lib/x86_64-linux-gnu)

# What this machine's ld.so says for $LIB, "" if it does not tell (before glibc 2.33).
function(daxemu_ask_ld_so out)
	execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=ld-linux-x86-64.so.2
		OUTPUT_VARIABLE ld_so OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
	execute_process(COMMAND ${ld_so} --list-diagnostics OUTPUT_VARIABLE text ERROR_QUIET)
	string(REGEX MATCH "dl_dst_lib=\"([^\"]+)\"" found "${text}")
	set(${out} "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()

if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64 AND CMAKE_SIZEOF_VOID_P EQUAL 8 AND NOT CMAKE_CROSSCOMPILING)
	set(CMAKE_REQUIRED_FLAGS -m32)
	set(CMAKE_REQUIRED_LINK_OPTIONS -m32)
	check_c_source_compiles("#include <stdio.h>\nint main(void) { return puts(\"\"); }" HAVE_M32)
	unset(CMAKE_REQUIRED_FLAGS)
	unset(CMAKE_REQUIRED_LINK_OPTIONS)
	daxemu_ask_ld_so(DAXEMU_LIB64)
endif()
if(HAVE_M32 AND DAXEMU_LIB64)
	option(DAXEMU_PRELOAD_32 "Build the preload library for 32-bit programs too" ON)
else()
	set(DAXEMU_PRELOAD_32 OFF)
endif()

# link_library(DIRECTORY TARGET): a link of the library's name in that directory beside it.
function(link_library directory target)
	string(REGEX REPLACE "[^/]+" ".." up ${directory})
	set(link ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/${directory}/libdaxemu-preload.so)
	get_filename_component(parent ${link} DIRECTORY)
	file(MAKE_DIRECTORY ${parent})
	file(CREATE_LINK ${up}/${target} ${link} SYMBOLIC)
	install(FILES ${link} DESTINATION ${CMAKE_INSTALL_LIBDIR}/daxemu/${directory})
endfunction()

# daxemu_preload32_places(TARGET): where ld.so looks for it, and for the other one.
function(daxemu_preload32_places target)
	set_target_properties(${target} PROPERTIES
		LIBRARY_OUTPUT_DIRECTORY ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/32)
	install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/daxemu/32)
	foreach(directory ${DAXEMU_LIB32S})
		link_library(${directory} 32/libdaxemu-preload.so)
	endforeach()
	foreach(directory ${DAXEMU_LIB64S} ${DAXEMU_LIB64})
		link_library(${directory} libdaxemu-preload.so)
	endforeach()
endfunction()
