# SPDX-License-Identifier: EUPL-1.2
oeo_unit_test(minisig oeo_proto)
if(TARGET oeo_collector)
  oeo_unit_test(release_build oeo_collector)
endif()
