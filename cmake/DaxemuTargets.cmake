# SPDX-License-Identifier: BSD-3-Clause
# Helpers that give every target the same warnings, and tests their one-line form.

# daxemu_flags(TARGET): warnings and include paths of the project, no sanitizer.
function(daxemu_flags target)
	target_compile_definitions(${target} PRIVATE _GNU_SOURCE _FILE_OFFSET_BITS=64)
	target_compile_options(${target} PRIVATE
		-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
		-Wwrite-strings -Wvla -Wno-missing-field-initializers -fvisibility=hidden)
	if(DAXEMU_WERROR)
		target_compile_options(${target} PRIVATE -Werror)
	endif()
	target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/include)
endfunction()

# daxemu_sanitize(TARGET): what DAXEMU_SANITIZE asks for.
function(daxemu_sanitize target)
	if(DAXEMU_SANITIZE)
		target_compile_options(${target} PRIVATE -fsanitize=${DAXEMU_SANITIZE} -fno-omit-frame-pointer
			-fno-sanitize-recover=all)
		target_link_options(${target} PUBLIC -fsanitize=${DAXEMU_SANITIZE})
	endif()
endfunction()

# daxemu_library(NAME SOURCE...): a static library of the project; others include its
# headers as "dir/file.h" through the parent of its directory.
function(daxemu_library name)
	add_library(${name} STATIC ${ARGN})
	set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
	daxemu_flags(${name})
	daxemu_sanitize(${name})
	get_filename_component(parent ${CMAKE_CURRENT_SOURCE_DIR} DIRECTORY)
	target_include_directories(${name} PUBLIC ${parent})
endfunction()

# daxemu_program(NAME SOURCE...): an executable of the project.
function(daxemu_program name)
	add_executable(${name} ${ARGN})
	daxemu_flags(${name})
	daxemu_sanitize(${name})
endfunction()

# daxemu_client(NAME SOURCE LIBRARY...): an ordinary program that knows nothing of daxemu. Never
# sanitized: a sanitizer's runtime wants to be loaded before any preloaded library.
function(daxemu_client name source)
	add_executable(${name} ${source})
	daxemu_flags(${name})
	target_link_libraries(${name} PRIVATE ${ARGN})
	set_target_properties(${name} PROPERTIES
		RUNTIME_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/tests)
endfunction()

# daxemu_unit_test(NAME SOURCE LIBRARY...): a cmocka program, run as test unit.NAME.
function(daxemu_unit_test name source)
	daxemu_program(test_${name} ${source})
	target_link_libraries(test_${name} PRIVATE ${ARGN} PkgConfig::CMOCKA)
	target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit)
	add_test(NAME unit.${name} COMMAND test_${name})
	set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 120)
endfunction()

# daxemu_system_test(NAME SCRIPT): a shell test through real mounts; exit 77 is a skip.
function(daxemu_system_test name script)
	add_test(NAME system.${name} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/${script})
	set_tests_properties(system.${name} PROPERTIES LABELS system TIMEOUT 300 SKIP_RETURN_CODE 77
		ENVIRONMENT "BUILD=${CMAKE_BINARY_DIR};SRC=${CMAKE_SOURCE_DIR}")
endfunction()
