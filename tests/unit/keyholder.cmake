# SPDX-License-Identifier: EUPL-1.2
# Messages, sockets and the keyholder.
oeo_unit_test(wire oeo_proto)
target_sources(test_wire PRIVATE wire_sample.c)
target_link_options(test_wire PRIVATE -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
oeo_unit_test(wire_bounds oeo_proto oeo_messages)
target_sources(test_wire_bounds PRIVATE wire_sample.c)
oeo_unit_test(link oeo_proto PkgConfig::ZMQ)

function(oeo_keyholder_test name)
  oeo_unit_test(keyholder_${name} oeo_keyholder)
  target_sources(test_keyholder_${name} PRIVATE keyholder_world.c)
endfunction()

oeo_keyholder_test(register)
oeo_keyholder_test(periods)
oeo_keyholder_test(service)
oeo_keyholder_test(daemon)
oeo_keyholder_test(log)
target_link_libraries(test_keyholder_log PRIVATE PkgConfig::XML2)
oeo_keyholder_test(commands)
target_compile_definitions(test_keyholder_commands PRIVATE OEO_KEYHOLDER_PROGRAM="$<TARGET_FILE:oeo-keyholder>")
add_dependencies(test_keyholder_commands oeo-keyholder oeo_catalogue)
