# SPDX-License-Identifier: EUPL-1.2
oeo_fuzz_target(csv oeo_agent)
oeo_fuzz_target(mapping oeo_agent)
