#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Recount real records and compare with an export: every published number must equal the recount, and no cell that fails its
own rules may be published.

    recount_records.py uwv|nyc311 DATA_DIR PLAN_DIR EXPORT_DIR [ROWS]

Counts from the records themselves and the code lists; how the intake reads them is of no account here (recount.py has the rest).
"""
import csv
import datetime
import gzip
import pathlib
import sys
from collections import defaultdict

import recount
from recount import UNKNOWN, Cell, period_of, read_codes, read_export

TABLES = {
    "uwv": {"total": ((), "quarter", True, 1), "barrier": (("barrier",), "quarter", True, 1)},
    "nyc311": {"total": ((), "quarter", True, 1), "category": (("category",), "quarter", True, 1),
               "zip": (("zip",), "quarter", False, 1), "category-borough": (("category", "borough"), "quarter", False, 1)},
}


def read_uwv(data, _plan, _rows):
    barriers = {(r["thema"], r["subthema"]): r["knelpunt"] for r in read_codes(data / "codes/mapping_uwv_klachten.csv")}
    with open(data / "data/uwv/klachten.csv", encoding="latin-1", newline="") as f:
        for r in csv.DictReader(f, delimiter=";"):
            barrier = barriers.get((r["ComplaintTheme"].strip(), r["ComplaintSubtheme"].strip()), UNKNOWN)
            yield "uwv", datetime.date.fromisoformat(r["ContactDate"]), r["CustomerID"], {"barrier": barrier}


def read_nyc311(data, plan, rows):
    categories = {r["label_nl"].lower(): r["code"] for r in read_codes(plan / "codes/category.csv")}
    area = read_codes(plan / "codes/area.csv")
    boroughs = {r["code"]: r["parent"] for r in area if r["parent"]}
    with gzip.open(data / "data/nyc311/nyc311_100k.csv.gz", "rt", newline="") as f:
        for i, r in enumerate(csv.DictReader(f)):
            if i == rows:
                return
            code = "Z" + r["incident_zip"].removesuffix(".0")
            known = code in boroughs
            yield r["agency"], datetime.date.fromisoformat(r["created_date"][:10]), (r["agency"], r["unique_key"]), {
                "category": categories[r["complaint_type"].strip().lower()], "zip": code if known else UNKNOWN,
                "borough": boroughs[code] if known else UNKNOWN}


def main():
    kind, data, plan, export = sys.argv[1], *map(pathlib.Path, sys.argv[2:5])
    rows = int(sys.argv[5]) if len(sys.argv) > 5 else 0
    recount.TABLES, recount.K, recount.SENSITIVE = TABLES[kind], 5, 5
    cells = defaultdict(Cell)
    for member, day, resident, levels in (read_uwv if kind == "uwv" else read_nyc311)(data, plan, rows):
        for table, (by, cadence, _, _) in TABLES[kind].items():
            cell = cells[table, period_of(day, cadence), tuple(levels[l] for l in by)]
            cell.residents[member].add(resident)
            cell.questions[member] += 1
    shown, _ = read_export(export)
    faults = []
    for key, value in shown.items():
        with_questions, members = TABLES[kind][key[0]][2:]
        true = (cells[key].total(), cells[key].asked() if value and value[1] is not None else None)
        reasons = cells[key].reasons(key[2], set(), members, with_questions)
        if value is not None and value != true:
            faults.append(f"{key}: published {value}, recounted {true}")
        elif value is not None and reasons and true[0] != 0:
            faults.append(f"{key}: published although {reasons[0]} hides it")
    published = sum(v is not None for v in shown.values())
    could = sum(not cells[k].reasons(k[2], set(), TABLES[kind][k[0]][3], TABLES[kind][k[0]][2]) and cells[k].total() > 0 for k in shown)
    if published < 10 or 2 * sum(v is not None and v[0] > 0 for v in shown.values()) < could:
        faults.append(f"only {published} cells of {len(shown)} are published, of {could} that no rule hides")
    missing = [k for k in cells if k not in shown and any(s[:2] == k[:2] for s in shown)]
    faults += [f"{k}: has questions and no row" for k in missing]
    for text in faults[:40]:
        print("FAULT", text)
    print(f"{published} published cells of {len(shown)} equal the recount; {could} pass every rule; {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
