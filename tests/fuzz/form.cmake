# SPDX-License-Identifier: EUPL-1.2
oeo_fuzz_target(form oeo_agent)
target_compile_definitions(fuzz_form PRIVATE OEO_TEST_DIR="${CMAKE_SOURCE_DIR}/tests")
