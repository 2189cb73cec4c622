# SPDX-License-Identifier: EUPL-1.2
oeo_unit_test(minisig oeo_proto)
if(TARGET oeo_collector)
  oeo_unit_test(release_build oeo_collector)
endif()
if(TARGET oeo_export)
  oeo_unit_test(release oeo_export oeo_messages)
  target_sources(test_release PRIVATE export_sample.c)
endif()
if(TARGET oeo_collector)
  # The world of the collector's tests is made in collector.cmake, which comes before this file.
  oeo_unit_test(release_command oeo_collector_world)
  oeo_unit_test(release_correct oeo_collector_world)
endif()
