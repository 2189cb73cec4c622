# SPDX-License-Identifier: EUPL-1.2
if(TARGET oeo_disclosure_clp)
  oeo_unit_test(protect oeo_collector oeo_disclosure_clp)
  target_compile_definitions(test_protect PRIVATE SDC_DATA="${CMAKE_SOURCE_DIR}/tests/data/sdc")
  # What attacks a published table, apart from all that protects it.
  add_library(oeo_protect_attack STATIC protect_attack.c protect_attack_groups.c protect_attack_table.c)
  target_link_libraries(oeo_protect_attack PRIVATE oeo_common PUBLIC oeo_disclosure_clp)
  oeo_unit_test(protect_attack oeo_protect_attack oeo_collector)
  set_tests_properties(unit.protect_attack PROPERTIES COST 500)
  oeo_unit_test_of_programs(protect_attack)
  oeo_unit_test(protect_known oeo_protect_attack oeo_collector)
  oeo_unit_test(protect_audit oeo_collector oeo_disclosure_clp)
  oeo_unit_test(protect_earlier oeo_collector)
endif()
