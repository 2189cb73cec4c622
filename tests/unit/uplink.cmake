# SPDX-License-Identifier: EUPL-1.2
# The agent's way to keyholders and collector: freezing, sealing, sending.
oeo_unit_test(snapshot oeo_agent)
oeo_unit_test(sealing oeo_agent Threads::Threads)
target_link_options(test_sealing PRIVATE -Wl,--wrap=oeo_client_open)
oeo_unit_test(submission oeo_agent Threads::Threads)
oeo_unit_test(told oeo_agent Threads::Threads)
oeo_unit_test(told_restored oeo_agent Threads::Threads)
oeo_unit_test(publish oeo_agent Threads::Threads)
oeo_unit_test(publish_hindered oeo_agent Threads::Threads)
target_link_options(test_publish_hindered PRIVATE -Wl,--wrap=oeo_client_open)
oeo_unit_test(publish_restored oeo_agent Threads::Threads)
oeo_unit_test(plans oeo_agent Threads::Threads)
