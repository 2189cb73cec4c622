# SPDX-License-Identifier: EUPL-1.2
if(TARGET oeo_disclosure)
  foreach(name disclosure disclosure_forced disclosure_random disclosure_sets disclosure_verify)
    oeo_unit_test(${name} oeo_disclosure_clp)
  endforeach()
  oeo_unit_test(disclosure_memory oeo_disclosure)
  target_link_options(test_disclosure_memory PRIVATE -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
endif()
