# SPDX-License-Identifier: EUPL-1.2
if(TARGET oeo_disclosure_clp)
  foreach(name audit audit_enumerated audit_failing audit_tables solver)
    oeo_unit_test(${name} oeo_disclosure_clp)
  endforeach()
  oeo_unit_test(audit_reach oeo_disclosure_clp)
  oeo_unit_test(audit_towns oeo_disclosure_clp)
  set_tests_properties(unit.audit_towns PROPERTIES COST 500)
  oeo_unit_test_of_programs(audit_towns)
endif()
if(TARGET oeo_collector)
  # Files are read in the order of their names; the world of the collector's tests is made in collector.cmake.
  cmake_language(DEFER CALL oeo_unit_test audit_command oeo_collector_world)
endif()
