# SPDX-License-Identifier: EUPL-1.2
# The plan and what it is made of: YAML, cards, code lists, signatures; and the catalogues of what people read.
add_test(NAME catalogues COMMAND ${CMAKE_SOURCE_DIR}/tests/scenario/check-catalogues.sh)
add_test(NAME catalogues.self COMMAND ${CMAKE_SOURCE_DIR}/tests/scenario/check-catalogues.sh --self-test)
set_tests_properties(catalogues catalogues.self PROPERTIES LABELS unit TIMEOUT 120)

oeo_unit_test(plan_file oeo_proto)
oeo_unit_test(plan oeo_proto oeo_messages)
oeo_unit_test(plan_memory oeo_proto)
oeo_failing_alloc(plan_memory)
oeo_unit_test(plan_sign oeo_proto)
oeo_unit_test(yaml oeo_proto)
oeo_unit_test(card oeo_proto PkgConfig::ZMQ)
