# SPDX-License-Identifier: EUPL-1.2
if(TARGET oeo_disclosure)
  oeo_unit_test(disclosure oeo_disclosure)
  oeo_unit_test(disclosure_random oeo_disclosure_clp)
  oeo_unit_test(disclosure_memory oeo_disclosure)
  target_link_options(test_disclosure_memory PRIVATE -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
endif()
