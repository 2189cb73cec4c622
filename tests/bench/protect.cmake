# SPDX-License-Identifier: EUPL-1.2
if(TARGET oeo_disclosure_clp)
  pkg_check_modules(CBC REQUIRED IMPORTED_TARGET cbc)
  oeo_bench(protect oeo_collector oeo_disclosure_clp PkgConfig::CBC)
  target_sources(bench_protect PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/gauss_optimum.c)
  target_include_directories(bench_protect PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(bench_protect PRIVATE SDC_DATA="${CMAKE_SOURCE_DIR}/tests/data/sdc")
endif()
