# SPDX-License-Identifier: EUPL-1.2
oeo_bench(opening oeo_collector)
oeo_bench(ingest oeo_collector)
