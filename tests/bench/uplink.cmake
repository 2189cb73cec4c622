# SPDX-License-Identifier: EUPL-1.2
oeo_bench(sealing oeo_agent)
