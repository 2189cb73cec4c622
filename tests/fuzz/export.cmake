# SPDX-License-Identifier: EUPL-1.2
oeo_fuzz_target(duiding oeo_export)
oeo_fuzz_target(geojson oeo_export)
