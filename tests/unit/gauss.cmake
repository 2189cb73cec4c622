# SPDX-License-Identifier: EUPL-1.2
if(TARGET oeo_disclosure_clp)
  pkg_check_modules(CBC REQUIRED IMPORTED_TARGET cbc)
  oeo_unit_test(gauss oeo_disclosure_clp PkgConfig::CBC)
  target_sources(test_gauss PRIVATE gauss_optimum.c)
  oeo_unit_test(gauss_memory oeo_disclosure_clp)
  target_link_options(test_gauss_memory PRIVATE -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
endif()
