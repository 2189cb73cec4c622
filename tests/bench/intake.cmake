# SPDX-License-Identifier: EUPL-1.2
oeo_bench(import oeo_agent)
