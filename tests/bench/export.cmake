# SPDX-License-Identifier: EUPL-1.2
oeo_bench(export oeo_export)
target_sources(bench_export PRIVATE ../unit/export_sample.c)
target_compile_definitions(bench_export PRIVATE OEO_TEST_DIR="${CMAKE_SOURCE_DIR}/tests")
