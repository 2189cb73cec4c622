# SPDX-License-Identifier: EUPL-1.2
# The collector: store, ingest, opening, members, plans and what is due.
add_library(oeo_collector_world STATIC collector_world.c collector_draft.c)
target_link_libraries(oeo_collector_world PUBLIC oeo_collector PRIVATE oeo_common)
target_include_directories(oeo_collector_world PUBLIC ${CMAKE_CURRENT_SOURCE_DIR} PRIVATE ${CMAKE_SOURCE_DIR})

oeo_unit_test(opening oeo_collector_world)
oeo_unit_test(opening_wipes oeo_collector_world)
target_link_options(test_opening_wipes PRIVATE -Wl,--wrap=free)
oeo_unit_test(opening_repeats oeo_collector_world)
target_link_options(test_opening_repeats PRIVATE -Wl,--wrap=realloc)
oeo_unit_test(ingest oeo_collector_world)
oeo_unit_test(store oeo_collector_world)
oeo_unit_test(store_seal oeo_collector_world)
oeo_unit_test(collector_service oeo_collector_world)
oeo_unit_test(collector_commands oeo_collector_world)
target_compile_definitions(test_collector_commands PRIVATE OEO_COLLECTOR="$<TARGET_FILE:oeo-collector>")
add_dependencies(test_collector_commands oeo-collector)
