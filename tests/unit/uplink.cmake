# SPDX-License-Identifier: EUPL-1.2
# The agent's way to keyholders and collector: freezing, sealing, sending.
oeo_unit_test(snapshot oeo_agent)
