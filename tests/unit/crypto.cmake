# SPDX-License-Identifier: EUPL-1.2
# Calendar, names, VOPRF, sealed tally and what they stand on.
function(oeo_failing_alloc name)
  target_link_options(test_${name} PRIVATE -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
endfunction()

oeo_unit_test(aead oeo_proto)
oeo_unit_test(buf oeo_proto)
oeo_failing_alloc(buf)
oeo_unit_test(label oeo_proto)
oeo_failing_alloc(label)
oeo_unit_test(names oeo_proto)
oeo_failing_alloc(names)
oeo_unit_test(period oeo_proto)
oeo_unit_test(secret oeo_proto)
oeo_unit_test(tally oeo_proto)
oeo_failing_alloc(tally)
oeo_unit_test(tally_vectors oeo_proto)
oeo_unit_test(voprf oeo_proto)
