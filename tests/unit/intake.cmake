# SPDX-License-Identifier: EUPL-1.2
# The agent's ledger and intake: reading files, mappings, questions.
function(oeo_intake_failing_alloc name)
  target_link_options(test_${name} PRIVATE -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
endfunction()

oeo_unit_test(ledger oeo_agent)
oeo_unit_test(questions oeo_agent)
oeo_intake_failing_alloc(questions)
oeo_unit_test(csv_reader oeo_agent)
oeo_unit_test(csv_sizes oeo_agent)
oeo_intake_failing_alloc(csv_sizes)
oeo_unit_test(mapping oeo_agent)
oeo_intake_failing_alloc(mapping)
oeo_unit_test(intake oeo_agent)
oeo_unit_test(intake_again oeo_agent)
oeo_unit_test(intake_plans oeo_agent)
oeo_unit_test(suggest oeo_agent)
oeo_unit_test(drop oeo_agent)
