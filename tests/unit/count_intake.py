#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Counts the four intake files of Almelo without any code of the project, for test_intake.c:
   MEMBER rows N | MEMBER without N | MEMBER code DIMENSION CODE N | MEMBER reports TABLE N"""
import csv
import datetime
import pathlib
import subprocess
import sys

CODES, DATA = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
UNKNOWN = "onbekend"
SOURCES = {
    "klientenraad": ("cp1252", ";", "%d-%m-%Y", "Datum", "Geboortedatum", "Postcode", ["Achternaam"],
                     {"question": "Vraag", "barrier": "Knelpunt", "channel": "Kanaal", "result": "Uitkomst"}),
    "bga": ("utf-8-sig", ",", "%Y-%m-%d", "tijdstip", "geboortedatum", "postcode", ["tussenvoegsel", "achternaam"],
            {"question": "rubriek", "barrier": "knelpunt", "channel": "kanaal", "result": "uitkomst"}),
    "cosbo": ("utf-8", "\t", "%d-%m-%Y", "Datum gesprek", "Geb.datum", "PC", ["Naam"],
              {"question": "Onderwerp", "barrier": "Belemmering", "channel": "Hoe", "result": "Resultaat"}),
    "wmo-adviesraad": ("utf-8", ";", "%Y/%m/%d", "Ontvangen", "Geboren", "Postcode", ["Achternaam"],
                       {"question": "Categorie", "barrier": "Knelpunt", "channel": "Kanaal", "result": "Uitkomst"}),
}
# table: (dimension, level from below: 0 the code itself, 1 its parent) ..., cadence, questions published
TABLES = {
    "total": ([], "quarter", True),
    "category": ([("question", 0)], "quarter", False),
    "theme-ward": ([("question", 1), ("area", 0)], "quarter", False),
    "ward": ([("area", 0)], "quarter", True),
    "month-theme": ([("question", 1)], "month", False),
    "year-category-barrier": ([("question", 0), ("barrier", 0)], "year", False),
}


def load(name):
    with open(CODES / f"{name}.csv", encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    parents = {r["code"]: r["parent"] for r in rows}
    leaves = [r for r in rows if r["code"] not in set(parents.values())]
    values = {v.lower(): r["code"] for r in leaves for v in (r["code"], r["label_nl"])}
    return values, parents


def normalise(names):
    rules = "::Any-Latin; ::Latin-ASCII; ::Lower; [^a-z0-9\\n] > ;"
    done = subprocess.run(["uconv", "-f", "utf-8", "-t", "utf-8", "-x", rules], input="\n".join(names).encode(),
                          stdout=subprocess.PIPE, check=True).stdout.decode().split("\n")
    assert len(done) == len(names)
    return done


def period(day, cadence):
    return {"month": (day.year, day.month), "quarter": (day.year, (day.month + 2) // 3), "year": day.year}[cadence]


dimensions = {name: load(name) for name in ("question", "barrier", "channel", "result")}
with open(CODES / "postcode-ward.csv", encoding="utf-8", newline="") as f:
    wards = {list(r.values())[0]: list(r.values())[1] for r in csv.DictReader(f)}

for member, (encoding, delimiter, form, c_date, c_birth, c_postcode, c_names, c_codes) in SOURCES.items():
    with open(DATA / f"{member}.csv", encoding=encoding, newline="") as f:
        rows = list(csv.DictReader(f, delimiter=delimiter))
    surnames = normalise([" ".join(r[c] for c in c_names if r[c]) for r in rows])
    counts, cells, without = {}, {t: {} for t in TABLES}, 0
    for r, surname in zip(rows, surnames):
        day = datetime.datetime.strptime(r[c_date].split("T")[0], form).date()
        birth = r[c_birth] and datetime.datetime.strptime(r[c_birth], form).date().isoformat()
        postcode = r[c_postcode].replace(" ", "").upper()
        resident = (birth, postcode, surname)
        if not all(resident) or birth in ("1900-01-01", "1901-01-01"):
            resident, without = None, without + 1
        codes = {d: dimensions[d][0].get(r[c].strip().lower(), UNKNOWN) for d, c in c_codes.items()}
        codes["area"] = wards.get(postcode[:4], UNKNOWN) if resident else UNKNOWN
        for d, code in codes.items():
            counts[d, code] = counts.get((d, code), 0) + 1
        for table, (by, cadence, _) in TABLES.items():
            cell = tuple(codes[d] if not up or codes[d] == UNKNOWN else dimensions[d][1][codes[d]] for d, up in by)
            cells[table].setdefault((period(day, cadence), cell), []).append(resident)
    print(member, "rows", len(rows))
    print(member, "without", without)
    for (d, code), n in sorted(counts.items()):
        print(member, "code", d, code, n)
    for table, (_, _, has_questions) in TABLES.items():
        print(member, "reports", table,
              sum(len(seen) if has_questions else len(set(seen) - {None}) for seen in cells[table].values()))
