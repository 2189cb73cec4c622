# SPDX-License-Identifier: EUPL-1.2
# The agent's form at the desk.
oeo_unit_test(form_fields oeo_agent)
oeo_unit_test(form_search oeo_agent)
oeo_unit_test(form_words oeo_agent)
oeo_unit_test(form_entry oeo_agent)
oeo_unit_test(form_desk oeo_agent)
oeo_unit_test(form_correct oeo_agent)
oeo_unit_test(form_session oeo_agent)
oeo_unit_test(form_login oeo_agent)
oeo_unit_test(form_busy oeo_agent)
oeo_unit_test(form_memory oeo_agent)
target_link_options(test_form_memory PRIVATE -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
oeo_unit_test(form_disk oeo_agent PkgConfig::SQLITE)
