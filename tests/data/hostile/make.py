#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Makes intake.csv, an export with everything that goes wrong in exports, and expected.txt, what must be said of it.
Both are kept; run this again only to change them. Nobody in it exists."""
import pathlib

HERE = pathlib.Path(__file__).parent
HEADER = "Nr;Datum;Naam;Geboren;Postcode;Vraag;Knelpunt;Toelichting"

out = bytearray()
line = 0
expected = []  # "LINE REASON COLUMN"
taken = without = same_rows = 0
codes = {}
number = 0


def add(raw, lines=1):
    """Append raw bytes that are `lines` physical lines."""
    global line
    first = line + 1
    out.extend(raw)
    line += lines
    return first


def row(nr=None, date="03-02-2025", name="Zandstra", born="05-06-1960", pc="7601AA", question="ZO01", barrier="KN04",
        text="CANARY-free text", end=b"\r\n"):
    global number
    number += 1
    cells = [f"H{number:04d}" if nr is None else nr, date, name, born, pc, question, barrier, text]
    return b";".join(c if isinstance(c, bytes) else c.encode("utf-8") for c in cells) + end


def good(raw, question="ZO01", barrier="KN04", has_resident=True, lines=1):
    global taken, without
    at = add(raw, lines)
    taken += 1
    without += not has_resident
    for dimension, code in (("question", question), ("barrier", barrier)):
        codes[dimension, code] = codes.get((dimension, code), 0) + 1
    return at


def bad(raw, reason, column="-", lines=1):
    at = add(raw, lines)
    expected.append(f"{at} {reason} {column}")


def same(raw):
    global same_rows
    add(raw, 1)
    same_rows += 1


# A preamble, as report generators write it; its quote must not matter.
add(b"\xef\xbb\xbfOverzicht spreekuur \"Het Loket\r\n")
add(b"Afgedrukt op: 21-11-2026;;;\r\n")
add(b"\r\n")
add(HEADER.encode() + b"\r\n")

# Quotes.
good(row())
good(row(name='Jan"sen'))                                       # a stray quote in an unquoted field
good(row(text='zei "nee" en ging'))
good(row(text='"met ""dubbele"" en; een scheidingsteken"'))
good(row(text='"zei "nee" en ging"'))                           # quotes inside a quoted field, not doubled
good(row(text='"eerste regel\r\ntweede regel"'), lines=2)       # a record over two lines
bad(row(text='"CANARY open, gevolgd door rijen met aanhalingstekens'), "unclosed-quote")
good(row(name='"Overbeek"'))
good(row(name='"Overbeek"', text='"CANARY"'))
bad(row(text='"CANARY open, gevolgd door een rij die hem sluit'), "unclosed-quote")
good(row(text='en sluit"'))                                     # closes the quote above: a swallowed row

# Encoding.
bad(row(name=b"Kov\xe1cs"), "encoding", "Naam")                 # Windows-1252 in a UTF-8 file
bad(row(question=b"zorg \xff\xfe"), "encoding", "Vraag")
good(row(text=b"CANARY \xe9\xe8 is nooit gelezen"))             # but not in a column that is never read
bad(row(name=b"\xc0\xafabc"), "encoding", "Naam")               # an overlong form
good(b"\xef\xbb\xbf" + row())                                   # a byte order mark where two exports were joined
bad(b"\xef\xbb\xbf" + HEADER.encode() + b"\r\n", "no-date", "Datum")
good(row(name="\ufeffZandstra"))
good(row(name="Zand\x1fstra", text="CANARY\x1b[31m"))           # control characters

# Empty, short, long.
bad(b"\r\n", "empty")
bad(b"   \r\n", "empty")
bad(b";;;;;;;\r\n", "empty")
bad(b"H9001;03-02-2025;Zandstra\r\n", "too-few-columns")
bad(row(text="CANARY;nog een"), "too-many-columns")
bad(b";".join(b"x%d" % i for i in range(300)) + b"\r\n", "too-many-columns")
bad(row(name="Zand\0stra"), "zero-byte")
bad(row(text="CANARY\0"), "zero-byte")
bad(row(text="CANARY " + "x" * 70000), "too-long")
bad(row(name="Aa" * 200), "name-too-long", "Naam")

# Dates.
for date in ("31-02-2025", "29-02-2025", "00-01-2025", "12-13-2025"):
    bad(row(date=date), "no-such-day", "Datum")
for date in ("", "1-1-2025", "2025-01-01", "03-02-25", "gisteren", "03-02-2025 10:00", "03/02/2025"):
    bad(row(date=date), "no-date", "Datum")
bad(row(date="22-11-2026"), "future", "Datum")
good(row(date="21-11-2026"))
bad(row(date="31-12-2024"), "before-plan", "Datum")
good(row(date="01-01-2025"))
bad(row(born="30-02-1950"), "no-such-day", "Geboren")
bad(row(born="1950"), "no-date", "Geboren")
bad(row(born="01-01-1899"), "no-such-day", "Geboren")
bad(row(born="04-02-2025"), "born-after-question", "Geboren")
good(row(born="03-02-2025"))
good(row(born="01-01-1900"), has_resident=False)                # the plan's placeholder

# Identity that is missing or is none.
good(row(born=""), has_resident=False)
good(row(name="-"), has_resident=False)
good(row(name="Onbekend"), has_resident=False)                  # the mapping's `missing`
good(row(pc="?"), has_resident=False)
bad(row(pc="76"), "no-postcode", "Postcode")
bad(row(pc="7601AA te Almelo"), "no-postcode", "Postcode")
good(row(pc=" 7601 aa "))
for name in ("n.v.t.", "X", "0"):                               # what everybody writes for "not known"
    good(row(name=name), has_resident=False)
good(row(pc="ONBEKEND"), has_resident=False)
good(row(pc="0000"), has_resident=False)
good(row(born="00-00-0000"), has_resident=False)
bad(row(pc="7601"), "part-of-postcode", "Postcode")             # elsewhere the same resident has letters
bad(row(pc="9999"), "no-postcode", "Postcode")
bad(row(pc="0601AA"), "no-postcode", "Postcode")
bad(row(pc="7601SS"), "no-postcode", "Postcode")
good(row(pc="48529"))                                           # beyond the border
bad(row(born="02-02-1905"), "born-long-ago", "Geboren")
good(row(born="03-02-1905"))

# Record numbers.
first = good(row(nr="DUBBEL"))
same(row(nr="DUBBEL"))                                          # one question, one more supporter
same(row(nr=" dubbel ".upper()))
bad(row(nr="DUBBEL", date="04-02-2025"), "repeated-record-number", "Nr")
bad(row(nr=" dubbel ".upper(), name="Overbeek"), "repeated-record-number", "Nr")
bad(row(nr="NA-FOUT", date="31-02-2025"), "no-such-day", "Datum")
good(row(nr="NA-FOUT"))                                         # the refused row does not count as the first
bad(row(nr=""), "no-record-number", "Nr")

# Codes: known ones in any case, unknown ones, and what is no code at all.
good(row(question=" zo01 ", barrier="kn04"))
good(row(question="ZO99"), question="onbekend")
good(row(question="zo99"), question="onbekend")
good(row(question="zz98"), question="onbekend")
good(row(question="7601AA"), question="onbekend")
good(row(question="CANARY"), question="onbekend")
good(row(question="=1+1"), question="onbekend")
good(row(question="ZO"), question="onbekend")                   # a theme, not a category
good(row(question="", barrier=""), question="onbekend", barrier="onbekend")
good(row(barrier="KN99"), barrier="onbekend")                   # the list's own unknown: known, not unmapped
good(row(barrier="onbekend"), barrier="onbekend")
good(row(question="ZO\r01"), question="onbekend", lines=2)     # an editor breaks the line there

# A quote that swallows more than 200 lines costs its own line.
bad(row(text='"CANARY'), "unclosed-quote")
for _ in range(210):
    good(row())
# A line without an end, with a quote that is still open at the end of the file.
bad(row(text='"CANARY', end=b""), "unclosed-quote")

rows = taken + same_rows + len(expected)
text = [f"rows {rows}", f"taken {taken}", f"same {same_rows}", f"refused {len(expected)}", f"without_identity {without}", "unmapped 8"]
text += [f"refusal {e}" for e in expected]
text += [f"code {d} {c} {n}" for (d, c), n in sorted(codes.items())]
text += ["unmapped question ZO99 2", "unmapped question ZZ98 1", "unmapped question - 5"]
(HERE / "intake.csv").write_bytes(bytes(out))
(HERE / "expected.txt").write_text("\n".join(text) + "\n", encoding="utf-8")
