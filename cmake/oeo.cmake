# SPDX-License-Identifier: EUPL-1.2
# Targets and functions that every folder uses.

add_library(oeo_warnings INTERFACE)
target_compile_options(oeo_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
  -Wformat=2 -Wvla -Wundef -Wwrite-strings -Werror=implicit-function-declaration)

add_library(oeo_hardening INTERFACE)
target_compile_options(oeo_hardening INTERFACE
  -fstack-protector-strong -fno-common -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
target_compile_definitions(oeo_hardening INTERFACE _GNU_SOURCE)
if(NOT OEO_SANITIZE AND NOT OEO_FUZZ)
  target_compile_options(oeo_hardening INTERFACE $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
endif()
target_link_options(oeo_hardening INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(oeo_hardening INTERFACE -fcf-protection=full -fstack-clash-protection)
endif()

# What is measured or checked at run time: sanitizers, coverage, fuzzing. Empty in a release.
add_library(oeo_instrument INTERFACE)
if(OEO_SANITIZE)
  target_compile_options(oeo_instrument INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(oeo_instrument INTERFACE -fsanitize=address,undefined)
endif()
if(OEO_COVERAGE)
  target_compile_options(oeo_instrument INTERFACE --coverage)
  target_link_options(oeo_instrument INTERFACE --coverage)
endif()
if(OEO_FUZZ)
  target_compile_options(oeo_instrument INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined)
  target_link_options(oeo_instrument INTERFACE -fsanitize=address,undefined)
endif()
if(OEO_TEST_HOOKS)
  target_compile_definitions(oeo_instrument INTERFACE OEO_TEST_HOOKS=1)
else()
  target_compile_definitions(oeo_instrument INTERFACE OEO_TEST_HOOKS=0)
endif()

add_library(oeo_common INTERFACE)
target_link_libraries(oeo_common INTERFACE oeo_warnings oeo_hardening oeo_instrument)
target_compile_definitions(oeo_common INTERFACE OEO_VERSION="${PROJECT_VERSION}")

# oeo_part(NAME SOURCES ... LIBS ...): the static library oeo_NAME of one folder.
function(oeo_part name)
  cmake_parse_arguments(P "" "" "SOURCES;LIBS" ${ARGN})
  add_library(oeo_${name} STATIC ${P_SOURCES})
  target_link_libraries(oeo_${name} PUBLIC ${P_LIBS} PRIVATE oeo_common)
  target_include_directories(oeo_${name} PUBLIC ${CMAKE_SOURCE_DIR})
endfunction()

# oeo_program(NAME PART): the program oeo-NAME, made of main.c here and the library oeo_PART.
function(oeo_program name part)
  add_executable(oeo-${name} main.c)
  target_link_libraries(oeo-${name} PRIVATE oeo_${part} oeo_common)
  install(TARGETS oeo-${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

# The catalogues locale/nl.po of all folders, merged into one oeo.mo.
function(oeo_catalogue)
  file(GLOB catalogues CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/*/locale/nl.po)
  set(directory ${CMAKE_BINARY_DIR}/share/locale/nl/LC_MESSAGES)
  file(MAKE_DIRECTORY ${directory})
  add_custom_command(
    OUTPUT ${directory}/oeo.mo
    COMMAND ${MSGCAT} --use-first -o ${CMAKE_BINARY_DIR}/nl.po ${catalogues}
    COMMAND ${MSGFMT} --check-format --check-domain -o ${directory}/oeo.mo ${CMAKE_BINARY_DIR}/nl.po
    DEPENDS ${catalogues}
    COMMENT "Merging message catalogues"
    VERBATIM)
  add_custom_target(oeo_catalogue ALL DEPENDS ${directory}/oeo.mo)
  install(FILES ${directory}/oeo.mo DESTINATION ${CMAKE_INSTALL_LOCALEDIR}/nl/LC_MESSAGES)
endfunction()
