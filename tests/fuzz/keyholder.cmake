# SPDX-License-Identifier: EUPL-1.2
oeo_fuzz_target(wire oeo_proto)
