# SPDX-License-Identifier: EUPL-1.2
oeo_fuzz_target(statement oeo_collector)
oeo_fuzz_target(opened oeo_collector)
