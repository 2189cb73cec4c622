#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: a hundred thousand real service requests are imported in flat memory, and the first twenty thousand, a member per
# agency, are sealed and released in four tables of which every published number equals a recount.
. tests/scenario/lib.sh
. tests/scenario/records.sh
need_records nyc311/nyc311_100k.csv.gz
now=2026-08-15
rows=${OEO_ROWS:-20000}
prepare_records nyc311 "$rows"
publish_all
release 2026-Q2
export_site
python3 tests/scenario/recount_records.py nyc311 "$records" "$plan_dir" "$work/site" "$rows" || fault "the recount differs"

# All of it into one ledger, of a member that comes later; a tenth of it first, to compare the memory.
for part in tenth whole; do
	quiet agent $part init --member $part --name "$part"
	agent $part card >"$work/cards/$part.oeocard" 2>>"$work/log/fingerprints.txt"
	quiet collector admit "$work/cards/$part.oeocard"
	quiet agent $part join "$work/cards/collector.oeocard" "$work"/cards/keyholder-*.oeocard
	quiet agent $part plan accept --yes
done
head -n 10001 "$work/in/whole.csv" >"$work/in/tenth.csv"
# (What a sanitizer holds back of freed memory is not the import's.)
ASAN_OPTIONS=$ASAN_OPTIONS:quarantine_size_mb=8:thread_local_quarantine_size_kb=64 python3 - "$bin/oeo-agent" "$work" $now <<'PY' || fault "the import of all records is not as it should be"
import json, resource, subprocess, sys
agent, work, now = sys.argv[1:]
peaks = []
for part, wanted in (("tenth", 10000), ("whole", 100000)):
    out = subprocess.check_output([agent, "import", f"{work}/in/{part}.csv", "--mapping", f"{work}/plan/mappings/records.yaml",
                                   "--json", "--home", f"{work}/agent-{part}", "--now", now], stderr=subprocess.DEVNULL)
    said = json.loads(out)[0]
    peaks.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    assert said["added"] == said["taken"] == wanted and said["refused"] == 0, (said["added"], said["refused"])
    assert said["dimensions"][0]["unmapped"] == [], said["dimensions"][0]["unmapped"]
print("peak memory in KiB for 10,000 and 100,000 rows:", *peaks)
assert peaks[1] < peaks[0] + 30000, peaks
PY
