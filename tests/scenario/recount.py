#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Recount the Almelo intake files and compare with an export, cell by cell.

Shares no code with the project: Python's csv reads the exports, `uconv` normalises the names, and the tables, rules
and file formats stand here once more. Every published number must equal the recount; every hidden cell must be hidden
by a rule of its own or stand in one sum with a cell that is; and nobody may find a small remainder by subtraction.

    recount.py DATA_DIR CODES_DIR EXPORT_DIR [--most-secondary PERCENT] [--figures] [--own MEMBER FILE]

--figures: per table, how many of the cells that no rule hides by themselves are published, and the theme totals per
cadence. --own: write what MEMBER itself has in every cell, for `oeo-collector audit --mine FILE`.
"""
import argparse
import csv
import datetime
import io
import itertools
import pathlib
import re
import subprocess
import sys
from collections import defaultdict

K, R, SENSITIVE = 10, 3, 15
PLACEHOLDERS = {"1900-01-01", "1901-01-01"}
UNKNOWN = "onbekend"
# table: levels, cadence, questions published, members needed
TABLES = {
    "total": ((), "quarter", True, 1),
    "theme": (("theme",), "quarter", True, 1),
    "category": (("category",), "quarter", False, 1),
    "ward": (("ward",), "quarter", True, 2),
    "barrier": (("barrier",), "quarter", False, 1),
    "result": (("result",), "quarter", False, 1),
    "theme-ward": (("theme", "ward"), "quarter", False, 2),
    "theme-barrier": (("theme", "barrier"), "quarter", False, 1),
    "theme-channel": (("theme", "channel"), "quarter", False, 1),
    "theme-result": (("theme", "result"), "quarter", False, 1),
    "month-total": ((), "month", False, 1),
    "month-theme": (("theme",), "month", False, 1),
    "year-category": (("category",), "year", False, 1),
    "year-theme-ward": (("theme", "ward"), "year", False, 2),
    "year-category-barrier": (("category", "barrier"), "year", False, 1),
}
# file: encoding, delimiter, date format, columns (date, birth, postcode, surname parts, question, barrier, channel, result)
SOURCES = {
    "klientenraad": ("cp1252", ";", "%d-%m-%Y", "Datum", "Geboortedatum", "Postcode", ["Achternaam"],
                     "Vraag", "Knelpunt", "Kanaal", "Uitkomst"),
    "bga": ("utf-8-sig", ",", "%Y-%m-%d", "tijdstip", "geboortedatum", "postcode", ["tussenvoegsel", "achternaam"],
            "rubriek", "knelpunt", "kanaal", "uitkomst"),
    "cosbo": ("utf-8", "\t", "%d-%m-%Y", "Datum gesprek", "Geb.datum", "PC", ["Naam"],
              "Onderwerp", "Belemmering", "Hoe", "Resultaat"),
    "wmo-adviesraad": ("utf-8", ";", "%Y/%m/%d", "Ontvangen", "Geboren", "Postcode", ["Achternaam"],
                       "Categorie", "Knelpunt", "Kanaal", "Uitkomst"),
}


def read_codes(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def load_dimensions(codes):
    """For every dimension: value as written (lower case) -> code of the last level; code -> parent; sensitive codes."""
    def lookup(name, unknown):
        rows = read_codes(codes / f"{name}.csv")
        parents = {row["code"]: row["parent"] for row in rows}
        leaves = [r for r in rows if r["code"] not in set(parents.values())]
        find = {}
        for row in leaves:
            for value in (row["code"], row["label_nl"]):
                find[value.lower()] = row["code"]
        for value in (unknown, "onbekend"):
            find[value.lower()] = UNKNOWN
        sensitive = {r["code"] for r in rows if r.get("sensitive", "").lower() in ("yes", "ja", "true", "1")}
        return find, parents, sensitive
    wards = {}
    for row in read_codes(codes / "postcode-ward.csv"):
        pc, ward = list(row.values())[:2]
        wards[pc] = ward
    return {"question": lookup("question", "-"), "barrier": lookup("barrier", "KN99"),
            "channel": lookup("channel", "KA99"), "result": lookup("result", "UK99")}, wards


def normalise(names):
    """The transliteration of PROTOCOL.md over a list of names, by ICU's own command."""
    text = "\n".join(re.sub(r"[\r\n]", " ", n) for n in names) + "\n"
    # Each line on its own: the line feeds are kept by a filter that spares them.
    out = subprocess.run(["uconv", "-f", "utf-8", "-t", "utf-8", "-x",
                          "::Any-Latin; ::Latin-ASCII; ::Lower; [^a-z0-9\\n] > ;"],
                         input=text.encode(), stdout=subprocess.PIPE, check=True).stdout.decode()
    result = out.split("\n")[:-1]
    assert len(result) == len(names), (len(result), len(names))
    return result


def read_member(member, data, dims, wards):
    enc, delimiter, form, c_date, c_birth, c_pc, c_name, c_q, c_b, c_k, c_r = SOURCES[member]
    text = (data / f"{member}.csv").read_bytes().decode(enc)
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    surnames = normalise([" ".join(row[c] for c in c_name if row[c]) for row in rows])
    for row, surname in zip(rows, surnames):
        day = datetime.datetime.strptime(row[c_date][:10] if member == "bga" else row[c_date], form).date()
        birth = row[c_birth].strip()
        birth = datetime.datetime.strptime(birth, form).date().isoformat() if birth else ""
        postcode = row[c_pc].replace(" ", "").upper()
        resident = (birth, postcode, surname)
        if not all(resident) or birth in PLACEHOLDERS:
            resident = None
        codes = {}
        for name, column in (("question", c_q), ("barrier", c_b), ("channel", c_k), ("result", c_r)):
            find, parents, _ = dims[name]
            codes[name] = find.get(row[column].strip().lower(), UNKNOWN)
        levels = {
            "category": codes["question"],
            "theme": dims["question"][1].get(codes["question"], UNKNOWN),
            "ward": wards.get(postcode[:4], UNKNOWN) if resident else UNKNOWN,
            "barrier": codes["barrier"], "channel": codes["channel"],
            "result": dims["result"][1].get(codes["result"], UNKNOWN),
        }
        yield day, resident, levels


def period_of(day, cadence):
    return {"month": f"{day:%Y-%m}", "quarter": f"{day:%Y}-Q{(day.month + 2) // 3}", "year": f"{day:%Y}"}[cadence]


class Cell:
    def __init__(self):
        self.residents = defaultdict(set)   # member -> residents
        self.questions = defaultdict(int)   # member -> questions

    def total(self):
        return len(set().union(*self.residents.values())) if self.residents else 0

    def asked(self):
        return sum(self.questions.values())

    def reasons(self, codes, sensitive, members, with_questions):
        """The rules that hide this cell by themselves."""
        k = SENSITIVE if any(c in sensitive for c in codes) else K
        found = []
        if self.total() < k:
            found.append("residents")
        if sum(1 for s in self.residents.values() if s) < members:
            found.append("members")
        for m in set(self.residents) | set(self.questions):
            rest = self.total() - len(self.residents.get(m, ()))
            others = self.asked() - self.questions.get(m, 0)
            if 1 <= rest < R or (with_questions and 1 <= others < R):
                found.append("rest")
        return found


def count(data, dims, wards):
    cells = defaultdict(Cell)
    for member in SOURCES:
        for day, resident, levels in read_member(member, data, dims, wards):
            for table, (by, cadence, _, _) in TABLES.items():
                cell = cells[table, period_of(day, cadence), tuple(levels[l] for l in by)]
                cell.questions[member] += 1
                if resident:
                    cell.residents[member].add(resident)
    return cells


def read_export(export):
    """(table, period, codes) -> (residents, questions or None where these are hidden), or None where both are; Total rows
    apart."""
    shown, margins = {}, {}
    for path in sorted(export.glob("20*/*.csv")):
        table, period = path.stem, path.parent.name
        by, cadence, with_questions, _ = TABLES[table]
        raw = path.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf"), f"{path}: starts with a byte order mark"
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8"), newline=""))
        wanted = ["period"] + [c for l in by for c in (l, f"{l}_label")] + ["residents"]
        wanted += (["questions"] if with_questions else []) + ["mark"]
        wanted += ["questions_mark"] if with_questions else []
        assert reader.fieldnames == wanted, f"{path}: columns {reader.fieldnames}, wanted {wanted}"
        for row in reader:
            assert row["period"] == period, path
            codes = tuple(row[l] for l in by)
            into = margins if "Total" in codes else shown
            assert (table, period, codes) not in into, f"{path}: {codes} stands twice"
            asked = None
            if with_questions and row["questions_mark"] == ".":
                assert row["questions"] == "", f"{path}: {codes} has questions that are hidden"
            elif with_questions:
                assert row["questions_mark"] == "", f"{path}: mark {row['questions_mark']}"
                asked = int(row["questions"])
            if row["mark"] == ".":
                assert row["residents"] == "" and asked is None, f"{path}: {codes} is half hidden"
                into[table, period, codes] = None
            else:
                assert row["mark"] == "", f"{path}: mark {row['mark']}"
                into[table, period, codes] = (int(row["residents"]), asked)
    return shown, margins


def parts_of(period):
    """Months of a quarter; quarters and months of a year."""
    if "Q" in period:
        year, q = period.split("-Q")
        return [f"{year}-{m:02d}" for m in range(3 * int(q) - 2, 3 * int(q) + 1)]
    if len(period) == 4:
        return [f"{period}-Q{q}" for q in range(1, 5)] + [f"{period}-{m:02d}" for m in range(1, 13)]
    return []


def margin_families(shown, parents):
    """Yield (parent cell, [child cells], exclusive) for every sum that stands in the export."""
    by_table = defaultdict(list)
    for table, period, codes in shown:
        by_table[table, period].append(codes)
    for (table, period), all_codes in by_table.items():
        by, cadence = TABLES[table][:2]
        for drop in range(len(by)):
            rest = by[:drop] + by[drop + 1:]
            for other, (by2, cadence2, _, _) in TABLES.items():
                if by2 == rest and cadence2 == cadence and (other, period) in by_table:
                    groups = defaultdict(list)
                    for codes in all_codes:
                        groups[codes[:drop] + codes[drop + 1:]].append((table, period, codes))
                    for codes, children in groups.items():
                        yield (other, period, codes), children, by[drop] == "ward"
        for i, level in enumerate(by):   # theme over category
            if level != "category":
                continue
            up = by[:i] + ("theme",) + by[i + 1:]
            for other, (by2, cadence2, _, _) in TABLES.items():
                if by2 == up and cadence2 == cadence and (other, period) in by_table:
                    groups = defaultdict(list)
                    for codes in all_codes:
                        theme = parents.get(codes[i], UNKNOWN)
                        groups[codes[:i] + (theme,) + codes[i + 1:]].append((table, period, codes))
                    for codes, children in groups.items():
                        yield (other, period, codes), children, False


def check_remainders(shown, parents, fail):
    n = 0
    for parent, children, exclusive in margin_families(shown, parents):
        n += 1
        total = shown.get(parent)
        if total is None:
            continue
        open_children = [shown[c] for c in children if shown[c] is not None]
        if exclusive:
            rest = total[0] - sum(c[0] for c in open_children)
            if 1 <= rest < K:
                fail(f"{parent}: subtracting its published parts leaves {rest} residents")
        else:
            for c in open_children:
                if 1 <= total[0] - c[0] < R:
                    fail(f"{parent}: one part less leaves {total[0] - c[0]} residents")
            if len(open_children) == len(children) and total[0] > sum(c[0] for c in open_children):
                fail(f"{parent}: more residents than its parts have together")
        if total[1] is not None and all(c[1] is not None for c in open_children):
            rest = total[1] - sum(c[1] for c in open_children)
            if open_children and 1 <= rest < K:
                fail(f"{parent}: subtracting its published parts leaves {rest} questions")
    for (table, period, codes), value in shown.items():
        by, cadence = TABLES[table][:2]
        for part in parts_of(period):
            for other, (by2, _, _, _) in TABLES.items():
                short = shown.get((other, part, codes))
                if by2 == by and value and short:
                    n += 1
                    if 1 <= value[0] - short[0] < R:
                        fail(f"{table} {period} {codes}: less {part} leaves {value[0] - short[0]} residents")
    return n


def check_justified(shown, cells, sensitive, parents, fail):
    """Every hidden cell is hidden by a rule, or stands in one sum (or one code over periods) with a hidden one."""
    primary, secondary = set(), set()
    for key, value in shown.items():
        table, _, codes = key
        with_questions = TABLES[table][2] and (value is None or value[1] is not None)
        reasons = cells[key].reasons(codes, sensitive, TABLES[table][3], with_questions)
        if value is None:
            (primary if reasons else secondary).add(key)
        # (No residents where the other numbers leave none: that is no secret. Its questions then stay hidden.)
        elif reasons and (value[0] != 0 or cells[key].total() != 0 or (value[1] is not None and cells[key].asked() != 0)):
            fail(f"{key}: published although {reasons[0]} hides it")
    neighbours = defaultdict(set)
    for parent, children, _ in margin_families(shown, parents):
        group = [c for c in [parent, *children] if c in primary or c in secondary]
        for a, b in itertools.combinations(group, 2):
            neighbours[a].add(b)
            neighbours[b].add(a)
    by_codes = defaultdict(list)
    for key in primary | secondary:
        by_codes[TABLES[key[0]][0], key[2]].append(key)
    for group in by_codes.values():
        for a, b in itertools.combinations(group, 2):
            if b[1] in parts_of(a[1]) or a[1] in parts_of(b[1]):
                neighbours[a].add(b)
                neighbours[b].add(a)
    reached, todo = set(primary), list(primary)
    while todo:
        for key in neighbours[todo.pop()] - reached:
            reached.add(key)
            todo.append(key)
    for key in secondary - reached:
        # A difference of published cells may itself be what is protected: then the cell's own sum shows it.
        fail(f"{key}: hidden without any rule or any hidden cell in a sum with it")
    return len(primary), len(secondary)


def print_figures(shown, cells, sensitive):
    """Per table: the cells that pass the rules by themselves, and how many of these are published."""
    passing, kept, asked, with_questions = defaultdict(int), defaultdict(int), defaultdict(int), defaultdict(int)
    for (table, period, codes), value in shown.items():
        cell = cells[table, period, codes]
        if cell.reasons(codes, sensitive, TABLES[table][3], False):
            continue
        passing[table] += 1
        kept[table] += value is not None
        if TABLES[table][2] and not cell.reasons(codes, sensitive, TABLES[table][3], True):
            asked[table] += 1
            with_questions[table] += value is not None and value[1] is not None
    print("table                     cells that pass   published    with questions that pass   published")
    for table in TABLES:
        if passing[table]:
            line = f"{table:24} {passing[table]:16} {kept[table]:6} {100.0 * kept[table] / passing[table]:4.0f} %"
            if asked[table]:
                line += f" {asked[table]:22} {with_questions[table]:8} {100.0 * with_questions[table] / asked[table]:4.0f} %"
            print(line)
    themes = defaultdict(lambda: [0, 0])
    for (table, period, codes), value in shown.items():
        if TABLES[table][0] != ("theme",) or codes[0] == UNKNOWN:
            continue
        if not cells[table, period, codes].reasons(codes, sensitive, TABLES[table][3], False):
            themes[TABLES[table][1]][0] += 1
            themes[TABLES[table][1]][1] += value is not None
    for cadence, (could, is_kept) in themes.items():
        print(f"theme totals by {cadence}: residents of {is_kept} of {could} kept, {100.0 * is_kept / could:.0f} %")


def write_own(path, member, shown, cells):
    """A line for every cell of every release in which the member has anything."""
    with open(path, "w", encoding="utf-8") as f:
        f.write("table,period,codes,residents,questions\n")
        for table, period, codes in sorted(shown):
            cell = cells[table, period, codes]
            if cell.questions.get(member):
                asked = cell.questions[member] if TABLES[table][2] else ""
                f.write(",".join([table, period, *codes, str(len(cell.residents.get(member, ()))), str(asked)]) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("codes", type=pathlib.Path)
    parser.add_argument("export", type=pathlib.Path)
    parser.add_argument("--most-secondary", type=float, default=20.0, metavar="PERCENT",
                        help="fail where more of the cells that no rule hides are hidden")
    parser.add_argument("--figures", action="store_true", help="print the figures and nothing else")
    parser.add_argument("--own", nargs=2, metavar=("MEMBER", "FILE"), help="write a member's own figures")
    arguments = parser.parse_args()
    dims, wards = load_dimensions(arguments.codes)
    parents = dims["question"][1]
    sensitive = set().union(*(d[2] for d in dims.values()))
    cells = count(arguments.data, dims, wards)
    shown, margins = read_export(arguments.export)
    if arguments.own:
        write_own(arguments.own[1], arguments.own[0], shown, cells)
        return 0
    if arguments.figures:
        print_figures(shown, cells, sensitive)
        return 0
    faults = []
    fail = faults.append
    if not shown:
        fail("the export holds no cells at all")
    for key, value in shown.items():
        table = key[0]
        true = (cells[key].total(), cells[key].asked() if value and value[1] is not None else None)
        if value is not None and value != true:
            fail(f"{key}: published {value}, recounted {true}")
    for (table, period, codes), cell in cells.items():
        if (table, period) in {(t, p) for t, p, _ in shown} and (table, period, codes) not in shown:
            fail(f"{(table, period, codes)}: has {cell.asked()} questions and no row")
    for (table, period, codes), value in margins.items():
        by = TABLES[table][0]
        kept = tuple((l, c) for l, c in zip(by, codes) if c != "Total")
        other = [t for t, (b, cad, _, _) in TABLES.items()
                 if b == tuple(l for l, _ in kept) and cad == TABLES[table][1]]
        source = shown.get((other[0], period, tuple(c for _, c in kept))) if other else None
        if not other:
            fail(f"{(table, period, codes)}: a Total without a table of that margin")
        elif (source is None) != (value is None) or (value and value[0] != source[0]):
            fail(f"{(table, period, codes)}: the Total is {value}, the margin's table says {source}")
    sums = check_remainders(shown, parents, fail)
    n_primary, n_secondary = check_justified(shown, cells, sensitive, parents, fail)
    published = sum(v is not None for v in shown.values())
    could = published + n_secondary
    if could and 100.0 * n_secondary / could > arguments.most_secondary:
        fail(f"{n_secondary} of {could} cells that no rule hides are hidden")
    for text in faults[:40]:
        print("FAULT", text)
    print(f"{published} published cells equal the recount, {n_primary} hidden by a rule, {n_secondary} beside them; "
          f"{sums} sums and differences tried; {len(faults)} faults")
    themes = [k for k in shown if k[0] == "theme" and k[2][0] != UNKNOWN]
    passing = [k for k in themes if not cells[k].reasons(k[2], sensitive, 1, True)]
    print(f"theme totals that pass the rules and are shown: {sum(shown[k] is not None for k in passing)} of {len(passing)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
