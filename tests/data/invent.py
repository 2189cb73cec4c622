#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Invent the intake exports of the example partnerships Almere and Amersfoort.

    tests/data/invent.py almere|amersfoort      writes tests/data/<name>/*.csv, the same files every time

Everybody in them is invented: surnames are common ones, birth dates and postcodes are drawn. Theme and outcome weights
are made up too. The files look as such exports do: a matching sheet with a preamble, one row per supporter and Windows-1252;
a visitor list without names; a case system with quotes, American dates and JSON-like exactness; rows without identity;
spelling variants; a free text column whose CANARY-... values must never leave an agent.
"""
import csv
import datetime
import pathlib
import random
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
PLANS = HERE.parent.parent / "proto" / "plans"
SURNAMES = """Jansen;de Vries;van den Berg;Bakker;van Dijk;Visser;Smit;Meijer;de Boer;Mulder;de Groot;Bos;Vos;Peters;Hendriks
van Leeuwen;Dekker;Brouwer;de Wit;Dijkstra;Smits;de Graaf;van der Meer;van der Linden;Kok;Jacobs;de Haan;Vermeulen;van den Heuvel
van der Veen;van den Broek;de Bruijn;Schouten;van Beek;Willems;van Vliet;Hoekstra;Maas;Verhoeven;Koster;van Dam;Prins;Blom;Huisman
Nguyen;Yilmaz;Kaya;El Amrani;Bouzid;Hassan;Ali;Mohamed;Kowalski;Nowak;Silva;Pinas;Ramdin;Wong;Chen;Özdemir;Şahin;Fernández
Kovač;Haile;Tesfay;Abdi;Ahmadi;Rahimi;Kartodikromo;Martina;Sóó;Müller;Groen;Kuiper;Postma;Timmermans;Hermans;Gerritsen""".replace(
    "\n", ";").split(";")


def codes(path):
    with open(PLANS / path, encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


QUESTIONS = [row for row in codes("almelo/codes/question.csv") if row["parent"]]
OUTCOMES = [row for row in codes("almelo/codes/result.csv") if row["parent"]]


class People:
    """Residents of a town: each with a surname, a birth date and a postcode."""

    def __init__(self, rng, n, postcodes):
        self.rng = rng
        self.all = []
        for _ in range(n):
            born = datetime.date(1931, 1, 1) + datetime.timedelta(days=int(rng.betavariate(2.2, 2.0) * 27600))
            area = rng.choices(range(len(postcodes)), weights=[1.0 / (1 + i % 7) for i in range(len(postcodes))])[0]
            letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTVWXZ") for _ in range(2))
            if letters in ("SA", "SD", "SS"):  # no Dutch postcode has these
                letters = "SB"
            self.all.append((rng.choice(SURNAMES), born, postcodes[area] + letters))

    def draw(self):
        """Somebody; some come far more often than others."""
        return self.all[int(len(self.all) * self.rng.random() ** 1.6)]

    def misspelt(self, surname):
        """As a hurried hand writes it: the same name for the agent, which folds case, accents and blanks."""
        return self.rng.choice([surname, surname, surname, surname.upper(), surname.lower(), " " + surname + " "])


def days(first, last):
    return [first + datetime.timedelta(days=i) for i in range((last - first).days + 1)]


def weighted(rng, rows, skew):
    return rng.choices(rows, weights=[1.0 / (1 + i) ** skew for i in range(len(rows))])[0]


def postcode_as_written(rng, postcode):
    return rng.choice([postcode, postcode[:4] + " " + postcode[4:], postcode.lower()])


def write(path, rows, encoding, **dialect):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding=encoding, newline="") as stream:
        csv.writer(stream, **dialect).writerows(rows)
    print(f"{path.relative_to(HERE.parent.parent)}: {len(rows)} lines")


def without_accent(letter):
    """The letter itself where Windows-1252 has it; else its bare form, as people then write it."""
    try:
        letter.encode("cp1252")
        return letter
    except UnicodeEncodeError:
        return unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()


def canary(rng):
    return f"besproken met cliënt, CANARY-{rng.getrandbits(32):08x}"


def what_supporters_write(rng, supporters, form, outcome, grade, forms):
    """Each supporter fills in a row: one leaves to the other what the evaluation gave, supports otherwise, or is not ready yet."""
    rows = [[supporter, form, outcome, grade] for supporter in supporters]
    if len(rows) > 1:
        if rng.random() < 0.2:
            rows[0][3] = ""
        if rng.random() < 0.15:
            rows[-1][1] = rng.choice(forms)["label_nl"]
        if rng.random() < 0.08:
            rows[rng.randrange(len(rows))][2] = "Loopt nog"
    return rows


def almere():
    """One row per supporter of a question: a question with two supporters has two rows and one number."""
    rng, apart = random.Random(20250101), random.Random(20250102)
    postcodes = [row["postcode"] for row in codes("almere/codes/postcode-ward.csv")]
    referrers = codes("almere/codes/referrer.csv")
    forms = [row for row in codes("almere/codes/support.csv") if row["parent"]]
    people = People(rng, 1500, postcodes)
    questions = rng.sample(QUESTIONS, len(QUESTIONS))
    rows = [["Matchoverzicht onafhankelijke cliëntondersteuning"], ["Uitgedraaid op 20-11-2026, niet verspreiden"], []]
    rows.append(["Vraagnr", "Aangemeld", "Naam cliënt", "Geb.datum", "Postcode", "Hulpvraag", "Verwezen door", "Ondersteuner",
                 "Steunvorm", "Uitkomst", "Cijfer evaluatie", "Bijzonderheden"])
    number = 0
    for day in days(datetime.date(2025, 1, 1), datetime.date(2026, 10, 31)):
        for _ in range(rng.choice([2, 4, 5, 6, 8]) if day.weekday() < 5 else 0):
            surname, born, postcode = people.draw()
            number += 1
            finished = rng.random() < 0.8
            grade = rng.choices(["5", "6", "7", "8", "9", "10", "4", ""], weights=[3, 8, 24, 30, 14, 5, 2, 14])[0] if finished else ""
            outcome = weighted(rng, OUTCOMES, 0.5)["label_nl"] if finished else "Loopt nog"
            form = weighted(rng, forms, 0.8)["label_nl"]
            named = rng.random() < 0.94
            row = [f"V{number:05d}", day.strftime("%d-%m-%Y"), people.misspelt(surname) if named else "",
                   born.strftime("%d-%m-%Y") if named else "", postcode_as_written(rng, postcode),
                   weighted(rng, questions, 0.75)["label_nl"], weighted(rng, referrers, 0.7)["label_nl"]]
            note = canary(rng)
            supporters = [f"vrijwilliger {rng.randint(1, 75):02d}" for _ in range(rng.choices([1, 2, 3], weights=[62, 31, 7])[0])]
            rows += [row + supporter + [note] for supporter in what_supporters_write(apart, supporters, form, outcome, grade, forms)]
    rows = [["".join(without_accent(letter) for letter in cell) for cell in row] for row in rows]
    write(HERE / "almere" / "oco-almere.csv", rows, "cp1252", delimiter=";", lineterminator="\r\n")


AREAS = {"noord": 0.3, "oost": 0.28, "centrum": 0.22, "zuid": 0.2}


def amersfoort():
    rng = random.Random(20260101)
    people = People(rng, 2600, [str(3811 + i) for i in range(14)])
    targets = codes("amersfoort/codes/target.csv")
    areas = codes("amersfoort/codes/area.csv")
    wards = [row for row in areas if row["parent"]]
    labels = {row["code"]: row["label_nl"] for row in areas}
    questions = rng.sample(QUESTIONS, len(QUESTIONS))
    first, last = datetime.date(2026, 1, 1), datetime.date(2026, 10, 31)

    # Information shops: some 40 visitors on an open morning, most without a name; the shop's area is known.
    rows = [["Bezoeknr", "Datum", "Winkel", "Achternaam", "Geboren", "Postcode", "Waarvoor", "Afhandeling", "Notitie"]]
    for day in days(first, last):
        if day.weekday() not in (1, 3):
            continue
        area = rng.choices(list(AREAS), weights=AREAS.values())[0]
        for _ in range(rng.randint(34, 46)):
            named = rng.random() < 0.3
            surname, born, postcode = people.draw()
            rows.append([str(len(rows)), day.isoformat(), labels[area], people.misspelt(surname) if named else "",
                         born.isoformat() if named else "", postcode_as_written(rng, postcode) if named else "",
                         weighted(rng, questions, 0.85)["label_nl"],
                         rng.choices(["Informatie en advies gegeven", "Naar wijkteam of toegang", "Naar welzijnswerk of informatiewinkel",
                                      "Herhaald beroep zonder voortgang", "Loopt nog"], weights=[60, 14, 10, 6, 10])[0], canary(rng)])
    write(HERE / "amersfoort" / "informatiewinkels.csv", rows, "utf-8", delimiter=",", lineterminator="\n")

    # The triage line: a telephone system's export with American dates and times.
    rows = [["call_id", "received", "last_name", "birth_date", "zip", "subject", "ward", "group", "outcome", "remarks"]]
    for day in days(first, last):
        for _ in range(rng.choice([3, 4, 5, 6]) if day.weekday() < 5 else 0):
            surname, born, postcode = people.draw()
            named = rng.random() < 0.85
            at = datetime.datetime.combine(day, datetime.time(9, 0)) + datetime.timedelta(minutes=rng.randint(0, 479))
            rows.append([f"T{len(rows):05d}", at.strftime("%m/%d/%Y %I:%M %p"), people.misspelt(surname) if named else "",
                         born.strftime("%m/%d/%Y") if named else "", postcode_as_written(rng, postcode),
                         weighted(rng, questions, 0.7)["code"], weighted(rng, wards, 0.4)["code"], weighted(rng, targets, 0.6)["code"],
                         weighted(rng, OUTCOMES, 0.4)["code"], canary(rng)])
    write(HERE / "amersfoort" / "triage.csv", rows, "utf-8", delimiter=",", quoting=csv.QUOTE_ALL, lineterminator="\r\n")

    # The youth point: a short list kept by hand; young people, first codes only.
    rows = [["Nr", "Wanneer", "Achternaam", "Geboortedatum", "PC", "Vraag", "Gebied", "Toelichting"]]
    young = [p for p in people.all if p[1].year >= 1996] or people.all
    subjects = [row for row in QUESTIONS if row["parent"] in ("OT", "WD", "JO", "PV", "GS")]
    for day in days(first, last):
        for _ in range(rng.choice([1, 2, 3]) if day.weekday() in (0, 2, 4) else 0):
            surname, born, postcode = rng.choice(young)
            named = rng.random() < 0.7
            rows.append([str(len(rows)), f"{day.day}-{day.month}-{day.year}", surname if named else "",
                         f"{born.day}-{born.month}-{born.year}" if named else "", postcode_as_written(rng, postcode) if named else "",
                         weighted(rng, subjects, 0.5)["label_nl"].lower(), labels[rng.choice(list(AREAS))], canary(rng)])
    write(HERE / "amersfoort" / "jongerenpunt.csv", rows, "utf-8-sig", delimiter="\t", lineterminator="\r\n")

    # Neighbourhood teams: formal and informal support, repeated requests.
    forms = [row for row in codes("amersfoort/codes/support.csv") if row["parent"]]
    rows = [["Dossier", "Startdatum", "Tussenvoegsel", "Achternaam", "Geboortedatum", "Postcode", "Wijk", "Onderwerp", "Doelgroep", "Steun",
             "Resultaat", "Omschrijving"]]
    for day in days(first, last):
        for _ in range(rng.choice([3, 5, 6]) if day.weekday() < 5 else 0):
            surname, born, postcode = people.draw()
            prefix, name = surname.rsplit(" ", 1) if " " in surname else ("", surname)
            rows.append([f"WT-{len(rows):05d}", day.strftime("%Y/%m/%d"), prefix, name, born.strftime("%Y/%m/%d"), postcode,
                         weighted(rng, wards, 0.4)["label_nl"], weighted(rng, questions, 0.7)["label_nl"],
                         weighted(rng, targets, 0.6)["label_nl"], weighted(rng, forms, 0.6)["label_nl"],
                         weighted(rng, OUTCOMES[::-1], 0.3)["label_nl"], canary(rng)])
    write(HERE / "amersfoort" / "wijkteams.csv", rows, "utf-8", delimiter=";", lineterminator="\n")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("almere", "amersfoort"):
        sys.exit(__doc__)
    {"almere": almere, "amersfoort": amersfoort}[sys.argv[1]]()
