# SPDX-License-Identifier: EUPL-1.2
oeo_fuzz_target(lockbox oeo_proto PkgConfig::SODIUM)
oeo_fuzz_target(suggest oeo_agent)
