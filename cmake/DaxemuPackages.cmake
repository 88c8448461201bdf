# SPDX-License-Identifier: BSD-3-Clause
# Every library from outside, found once.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(FUSE3 REQUIRED IMPORTED_TARGET fuse3>=3.10)
pkg_check_modules(JSONC REQUIRED IMPORTED_TARGET json-c)
pkg_check_modules(NUMA REQUIRED IMPORTED_TARGET numa)
if(BUILD_TESTING)
	pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
endif()

# Debian 12's iniparser has no .pc file; its header moved into a directory in version 4.2.
find_library(INIPARSER_LIBRARY iniparser REQUIRED)
find_path(INIPARSER_INCLUDE_DIR iniparser.h PATH_SUFFIXES iniparser REQUIRED)
add_library(iniparser INTERFACE IMPORTED)
target_link_libraries(iniparser INTERFACE ${INIPARSER_LIBRARY})
target_include_directories(iniparser INTERFACE ${INIPARSER_INCLUDE_DIR})
