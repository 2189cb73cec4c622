#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Make a partnership of real records that lie outside the project: plan, code lists, mapping, and an export per member.

    records_partnership.py uwv DATA_DIR WORK            complaints at UWV, 2015-2016
    records_partnership.py nyc311 DATA_DIR WORK ROWS    the first ROWS service requests of New York, a member per agency

DATA_DIR is the folder that has data/ and codes/. Writes WORK/plan/ (plan.yaml, codes/, mappings/records.yaml), WORK/in/MEMBER.csv
and WORK/members.txt.
"""
import collections
import csv
import gzip
import json
import pathlib
import re
import shutil
import sys

HEAD = """plan: {id}
title: {{nl: {title}, en: {title}}}
municipality: GM0141
from: {first}
icu: 72
expected_questions: {expected}
grace_days: 14
window_days: 7
keyholders: [adviesraad, steunpunt]
identity:
  fields: [birthdate, postcode, surname]
  member_number: yes
  walk_in: questions-only
thresholds: {{residents: 5, members: 1, rest: 3, round: 0, sensitive: 5}}
"""


def write_codes(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["code", "parent", "label_nl", "label_en", "sensitive"])
        writer.writerows(rows)


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def write_map(pairs):
    return "".join(f"      {quoted(value)}: {code}\n" for value, code in pairs)


def folders(work):
    plan = work / "plan"
    for folder in (plan / "codes", plan / "mappings", work / "in"):
        folder.mkdir(parents=True, exist_ok=True)
    return plan


def uwv(data, work):
    plan = folders(work)
    shutil.copy("proto/plans/almelo/codes/barrier.csv", plan / "codes")
    (plan / "plan.yaml").write_text(HEAD.format(id="uwv", title="Klachten", first="2015-Q3", expected=400) + """dimensions:
  barrier: {codes: codes/barrier.csv, levels: [barrier], unknown: [KN99]}
tables:
  - {id: total,   by: [],        cadence: quarter, publish: [residents, questions]}
  - {id: barrier, by: [barrier], cadence: quarter, publish: [residents, questions]}
""", encoding="utf-8")
    with open(data / "codes/mapping_uwv_klachten.csv", encoding="utf-8", newline="") as f:
        pairs = [(f"{r['thema']} {r['subthema']}", r["knelpunt"]) for r in csv.DictReader(f)]
    (plan / "mappings/records.yaml").write_text(
        "mapping: records\nsource: {delimiter: \";\", encoding: iso-8859-1}\nrecord: ComplaintID\n"
        "date: {column: ContactDate, format: yyyy-mm-dd}\nmember_number: CustomerID\ndimensions:\n  barrier:\n"
        "    columns: [ComplaintTheme, ComplaintSubtheme]\n    match: map\n    map:\n" + write_map(pairs), encoding="utf-8")
    shutil.copy(data / "data/uwv/klachten.csv", work / "in/uwv.csv")
    (work / "members.txt").write_text("uwv\n", encoding="utf-8")


def short(zip_code):
    """The zip code as people write it: some rows went through a spreadsheet, which made 10463.0 of it."""
    return re.sub(r"\.0$", "", zip_code)


def nyc311(data, work, rows):
    plan = folders(work)
    with gzip.open(data / "data/nyc311/nyc311_100k.csv.gz", "rt", encoding="ascii", newline="") as f:
        reader = csv.DictReader(f)
        fields = reader.fieldnames
        records = list(reader)
    kinds = sorted({r["complaint_type"].casefold() for r in records})
    labels = {r["complaint_type"].casefold(): r["complaint_type"] for r in reversed(records)}
    write_codes(plan / "codes/category.csv", [(f"C{i:03d}", "", labels[k], labels[k], "") for i, k in enumerate(kinds)])
    boroughs = sorted({r["borough"] for r in records} - {"Unspecified", ""})
    seen = collections.defaultdict(collections.Counter)
    for r in records:
        if r["borough"] in boroughs and short(r["incident_zip"]):
            seen[short(r["incident_zip"])][r["borough"]] += 1
    codes = {b: f"B{i}" for i, b in enumerate(boroughs)}
    zips = {z: codes[max(sorted(c), key=lambda b, c=c: c[b])] for z, c in sorted(seen.items())}
    write_codes(plan / "codes/area.csv", [(codes[b], "", b.title(), b.title(), "") for b in boroughs]
                + [(f"Z{z}", parent, z, z, "") for z, parent in zips.items()])
    (plan / "plan.yaml").write_text(HEAD.format(id="nyc311", title="Requests", first="2026-Q2", expected=20000) + """dimensions:
  category: {codes: codes/category.csv, levels: [category]}
  area: {codes: codes/area.csv, levels: [borough, zip]}
tables:
  - {id: total,            by: [],                  cadence: quarter, publish: [residents, questions]}
  - {id: category,         by: [category],          cadence: quarter, publish: [residents, questions]}
  - {id: zip,              by: [zip],               cadence: quarter, publish: [residents]}
  - {id: category-borough, by: [category, borough], cadence: quarter, publish: [residents]}
""", encoding="utf-8")
    pairs = [(written, f"Z{z}") for z in zips for written in (z, z + ".0")]
    (plan / "mappings/records.yaml").write_text(
        "mapping: records\nsource: {delimiter: \",\", encoding: utf-8}\nrecord: unique_key\n"
        "date: {column: created_date, format: yyyy-mm-ddThh:mm:ss.f}\nmember_number: unique_key\ndimensions:\n"
        "  category: {column: complaint_type, match: label}\n  area:\n    column: incident_zip\n    match: map\n    map:\n"
        + write_map(pairs) + "never_read: [descriptor, location_type]\n", encoding="utf-8")
    members = collections.defaultdict(list)
    for r in records[:rows]:
        members[r["agency"].lower()].append(r)
    members["whole"] = records
    for member, own in members.items():
        with open(work / f"in/{member}.csv", "w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, fields)
            writer.writeheader()
            writer.writerows(own)
    (work / "members.txt").write_text("".join(f"{m}\n" for m in sorted(members) if m != "whole"), encoding="utf-8")


if __name__ == "__main__":
    kind, data_dir, work_dir = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    if kind == "uwv":
        uwv(data_dir, work_dir)
    else:
        nyc311(data_dir, work_dir, int(sys.argv[4]))
