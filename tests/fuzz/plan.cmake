# SPDX-License-Identifier: EUPL-1.2
oeo_fuzz_target(plan oeo_proto)
oeo_fuzz_target(plan_yaml oeo_proto)
oeo_fuzz_target(card oeo_proto)
oeo_fuzz_target(approval oeo_proto)
