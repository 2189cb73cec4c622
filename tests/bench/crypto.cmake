# SPDX-License-Identifier: EUPL-1.2
oeo_bench(tally oeo_proto)
