# SPDX-License-Identifier: EUPL-1.2
oeo_bench(form oeo_agent)
target_compile_definitions(bench_form PRIVATE OEO_TEST_DIR="${CMAKE_SOURCE_DIR}/tests")
