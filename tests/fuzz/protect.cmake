# SPDX-License-Identifier: EUPL-1.2
if(TARGET oeo_disclosure_clp)
  oeo_fuzz_target(protect oeo_collector)
  oeo_fuzz_target(mine oeo_collector)
  target_compile_definitions(fuzz_mine PRIVATE SMALL_RELEASE="${CMAKE_CURRENT_SOURCE_DIR}/corpus/release/small.oeorel")
endif()
