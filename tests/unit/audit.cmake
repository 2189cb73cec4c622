# SPDX-License-Identifier: EUPL-1.2
if(TARGET oeo_disclosure_clp)
  oeo_unit_test(audit oeo_disclosure_clp)
  oeo_unit_test(audit_towns oeo_disclosure_clp)
endif()
