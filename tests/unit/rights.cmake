# SPDX-License-Identifier: EUPL-1.2
# What the agent keeps of residents, and what can be taken back.
oeo_unit_test(near oeo_agent)
oeo_unit_test(identity oeo_agent)
oeo_unit_test(withdraw oeo_agent Threads::Threads)
oeo_unit_test(corrections oeo_agent Threads::Threads)
oeo_unit_test(backup oeo_backup)
oeo_unit_test(lockbox oeo_proto PkgConfig::SODIUM)
oeo_unit_test(passphrase oeo_proto)
oeo_unit_test(retention oeo_agent Threads::Threads)
oeo_unit_test(leftovers oeo_agent Threads::Threads)
oeo_unit_test(mirror oeo_agent Threads::Threads)
oeo_unit_test(way oeo_agent Threads::Threads)
