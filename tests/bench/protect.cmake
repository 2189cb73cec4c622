# SPDX-License-Identifier: EUPL-1.2
if(TARGET oeo_disclosure_clp)
  oeo_bench(protect oeo_collector oeo_disclosure_clp)
  target_compile_definitions(bench_protect PRIVATE SDC_DATA="${CMAKE_SOURCE_DIR}/tests/data/sdc")
endif()
