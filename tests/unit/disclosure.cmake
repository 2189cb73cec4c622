# SPDX-License-Identifier: EUPL-1.2
if(TARGET oeo_disclosure)
  oeo_unit_test(disclosure_random oeo_disclosure)
endif()
