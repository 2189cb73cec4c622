# SPDX-License-Identifier: EUPL-1.2
# Sample releases are shared by the tests of oeo-export; Dutch texts come from the catalogue.
function(oeo_export_test name)
  oeo_unit_test(export_${name} oeo_export)
  target_sources(test_export_${name} PRIVATE export_sample.c)
  add_dependencies(test_export_${name} oeo_catalogue)
endfunction()

oeo_export_test(view)
oeo_export_test(sources)
oeo_export_test(csv)
oeo_export_test(page)
oeo_export_test(english)
oeo_export_test(output)
oeo_export_test(memory)
target_link_options(test_export_memory PRIVATE -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
oeo_export_test(program)
target_compile_definitions(test_export_program PRIVATE OEO_EXPORT_PROGRAM="$<TARGET_FILE:oeo-export>")
add_dependencies(test_export_program oeo-export)
