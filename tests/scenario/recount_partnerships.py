#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Recount the example partnerships Almere and Amersfoort and compare with an export: every published number must equal
the recount, and no cell that fails its own rules may be published.

    recount_partnerships.py almere|amersfoort EXPORT_DIR

Reads the intake files with Python's csv; tables, columns and rules stand here once more (recount.py has the rest).
"""
import csv
import datetime
import io
import pathlib
import sys
from collections import defaultdict

import recount
from recount import UNKNOWN, Cell, normalise, period_of, read_codes, read_export

PLANS = pathlib.Path("proto/plans")
DATA = pathlib.Path("tests/data")
WALK_IN_K, WALK_IN_SENSITIVE = 66, 71
GRADES = {"10": "TV1", "9": "TV1", "8": "TV2", "7": "TV2", "6": "TV3", "5": "TV4", "4": "TV4"}

PARTNERSHIPS = {
    "almere": {
        "tables": {
            "total": ((), "quarter", True, 1), "theme": (("theme",), "quarter", True, 1),
            "category": (("category",), "quarter", False, 1), "district": (("district",), "quarter", True, 1),
            "theme-district": (("theme", "district"), "quarter", False, 1),
            "support": (("support",), "quarter", False, 1), "result": (("result",), "quarter", False, 1),
            "month-total": ((), "month", False, 1), "month-theme": (("theme",), "month", False, 1),
            "year-category": (("category",), "year", False, 1), "year-ward": (("ward",), "year", False, 1),
            "year-theme-ward": (("theme", "ward"), "year", False, 1),
            "year-satisfaction": (("satisfaction",), "year", False, 1),
            "year-theme-satisfaction": (("theme", "satisfaction"), "year", False, 1),
            "year-referrer": (("referrer",), "year", False, 1), "year-outcome": (("outcome",), "year", False, 1),
        },
        "contacts": (),
        "lists": {"question": "almelo/codes/question.csv", "area": "almere/codes/area.csv", "result": "almelo/codes/result.csv",
                  "referrer": "almere/codes/referrer.csv", "support": "almere/codes/support.csv",
                  "satisfaction": "almere/codes/satisfaction.csv"},
        "postcodes": "almere/codes/postcode-ward.csv",
        "members": {
            "oco-almere": ("cp1252", ";", 3, "Vraagnr", "Aangemeld", "%d-%m-%Y", "Geb.datum", "Postcode", ["Naam cliënt"],
                           {"question": "Hulpvraag", "referrer": "Verwezen door", "support": "Steunvorm", "result": "Uitkomst",
                            "satisfaction": lambda row: GRADES.get(row["Cijfer evaluatie"], "")}),
        },
    },
    "amersfoort": {
        "tables": {
            "total": ((), "quarter", True, 1), "theme": (("theme",), "quarter", True, 1),
            "area": (("area",), "quarter", True, 1), "channel": (("channel",), "quarter", True, 1),
            "category": (("category",), "quarter", True, 1), "theme-area": (("theme", "area"), "quarter", False, 1),
            "support": (("support",), "quarter", False, 1), "target": (("target",), "quarter", False, 1),
            "result": (("result",), "quarter", False, 1), "outcome": (("outcome",), "quarter", False, 1),
            "theme-result": (("theme", "result"), "quarter", False, 1), "month-theme": (("theme",), "month", False, 1),
        },
        "contacts": ("total", "theme", "area", "channel"),
        "lists": {"question": "almelo/codes/question.csv", "area": "amersfoort/codes/area.csv", "result": "almelo/codes/result.csv",
                  "channel": "almelo/codes/channel.csv", "target": "amersfoort/codes/target.csv",
                  "support": "amersfoort/codes/support.csv"},
        "postcodes": None,
        "members": {
            "informatiewinkels": ("utf-8", ",", 0, "Bezoeknr", "Datum", "%Y-%m-%d", "Geboren", "Postcode", ["Achternaam"],
                                  {"question": "Waarvoor", "area": "Winkel", "channel": lambda row: "KA02",
                                   "support": lambda row: "SV07", "result": "Afhandeling"}),
            "triage": ("utf-8", ",", 0, "call_id", "received", "%m/%d/%Y", "birth_date", "zip", ["last_name"],
                       {"question": "subject", "area": "ward", "target": "group", "result": "outcome",
                        "channel": lambda row: "KA03"}),
            "jongerenpunt": ("utf-8-sig", "\t", 0, "Nr", "Wanneer", "%d-%m-%Y", "Geboortedatum", "PC", ["Achternaam"],
                             {"question": "Vraag", "area": "Gebied", "channel": lambda row: "KA06"}),
            "wijkteams": ("utf-8", ";", 0, "Dossier", "Startdatum", "%Y/%m/%d", "Geboortedatum", "Postcode",
                          ["Tussenvoegsel", "Achternaam"],
                          {"question": "Onderwerp", "area": "Wijk", "target": "Doelgroep", "support": "Steun", "result": "Resultaat"}),
        },
    },
}
# dimension: its levels, first one first
LEVELS = {"question": ("theme", "category"), "area": ("area", "ward"), "result": ("result", "outcome"), "support": ("support", "form")}


class List:
    """A code list: what is written (code or label, any case) -> code; code -> parent; sensitive codes."""

    def __init__(self, path):
        rows = read_codes(PLANS / path)
        self.parent = {row["code"]: row["parent"] for row in rows}
        self.find = {}
        for row in sorted(rows, key=lambda row: not row["parent"]):   # one label on two levels means the lower one
            for value in (row["code"], row["label_nl"]):
                self.find.setdefault(value.lower(), row["code"])
        self.sensitive = {row["code"] for row in rows if row["sensitive"] == "yes"}

    def levels(self, names, code):
        if len(names) == 1:
            return {names[0]: code}
        upper, lower = names
        parent = self.parent.get(code, "")
        return {upper: parent or code, lower: code if parent else UNKNOWN}


def read_member(spec, path, lists, wards):
    encoding, delimiter, skip, record, date, form, birth, postcode, surname, columns = spec
    text = path.read_bytes().decode(encoding).replace("\r\n", "\n").split("\n", skip)[skip]
    questions = {}
    for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
        questions.setdefault(row[record], []).append(row)   # one question, however many rows it has
    names = normalise([" ".join(rows[0][c] for c in surname if rows[0][c]) for rows in questions.values()])
    for rows, name in zip(questions.values(), names):
        row = rows[0]
        day = datetime.datetime.strptime(row[date].split(" ")[0], form).date()
        born = datetime.datetime.strptime(row[birth], form).date().isoformat() if row[birth].strip() else ""
        code = row[postcode].replace(" ", "").upper()
        resident = (born, code, name) if born and code and name else None
        levels = {}
        for dimension, codes in lists.items():
            column = columns.get(dimension)
            if dimension == "area" and wards is not None:
                found = wards.get(code[:4], UNKNOWN) if resident else UNKNOWN
            else:
                written = ["" if column is None else column(r) if callable(column) else r[column] for r in rows]
                known = (codes.find[w.strip().lower()] for w in written if w.strip().lower() in codes.find)
                found = next(known, UNKNOWN)   # of the first row that says it
            names_of = LEVELS.get(dimension, (dimension,))
            if dimension == "area" and wards is not None:
                names_of = ("district", "ward")
            levels.update(codes.levels(names_of, found))
        yield day, resident, levels


def count(partnership, lists, wards, folder):
    cells = defaultdict(Cell)
    for member, spec in partnership["members"].items():
        for day, resident, levels in read_member(spec, folder / f"{member}.csv", lists, wards):
            for table, (by, cadence, _, _) in partnership["tables"].items():
                cell = cells[table, period_of(day, cadence), tuple(levels[level] for level in by)]
                cell.questions[member] += 1
                if resident:
                    cell.residents[member].add(resident)
                elif table in partnership["contacts"]:
                    cell.residents[member].add((member, day.isocalendar()[:2]))
    return cells


def main():
    name, export = sys.argv[1], pathlib.Path(sys.argv[2])
    partnership = PARTNERSHIPS[name]
    recount.TABLES = partnership["tables"]
    lists = {dimension: List(path) for dimension, path in partnership["lists"].items()}
    wards = None
    if partnership["postcodes"]:
        wards = {row["postcode"]: row["code"] for row in read_codes(PLANS / partnership["postcodes"])}
    sensitive = set().union(*(codes.sensitive for codes in lists.values()))
    cells = count(partnership, lists, wards, DATA / name)
    shown, _ = read_export(export)
    faults, n_shown = [], 0
    for key, value in shown.items():
        table, _, codes = key
        if value is None:
            continue
        n_shown += 1
        cell = cells[key]
        residents, questions = value
        if residents is not None and residents != cell.total() or questions is not None and questions != cell.asked():
            faults.append(f"{key}: published {value}, recounted {(cell.total(), cell.asked())}")
        is_contacts = table in partnership["contacts"]
        is_sensitive = any(code in sensitive for code in codes)
        least = (WALK_IN_SENSITIVE if is_sensitive else WALK_IN_K) if is_contacts else recount.SENSITIVE if is_sensitive else recount.K
        if cell.total() < least and (cell.total() or questions is not None and cell.asked()):
            faults.append(f"{key}: published although it has fewer than {least}")
    for key, cell in cells.items():
        if (key[0], key[1]) in {(t, p) for t, p, _ in shown} and key not in shown:
            faults.append(f"{key}: has {cell.asked()} questions and no row")
    if n_shown < 100:
        faults.append(f"only {n_shown} numbers are published")
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    print(f"{name}: {n_shown} published numbers recounted, {len(shown) - n_shown} hidden, {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
