# SPDX-License-Identifier: EUPL-1.2
oeo_bench(audit oeo_disclosure_clp)
target_compile_definitions(bench_audit PRIVATE OEO_TEST_DIR="${CMAKE_SOURCE_DIR}/tests")
