#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Make a workbook: make_xlsx.py FILE. A first sheet of intake with dates as a spreadsheet keeps them (numbers with a format),
and a second one called "Ander blad"."""
import datetime
import sys
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DAY_ONE = datetime.datetime(1899, 12, 30)
XML = '<?xml version="1.0" encoding="UTF-8"?>'


def cell(ref, value):
    if isinstance(value, datetime.datetime):
        days = (value - DAY_ONE).total_seconds() / 86400
        return f'<c r="{ref}" s="{2 if days % 1 else 1}"><v>{days:.15g}</v></c>'
    if isinstance(value, int):
        return f'<c r="{ref}"><v>{value}</v></c>'
    return f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>'


def sheet(rows):
    body = "".join(f'<row r="{r}">' + "".join(cell(f"{chr(65 + c)}{r}", v) for c, v in enumerate(row)) + "</row>"
                   for r, row in enumerate(rows, 1))
    return f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def write(path, sheets):
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
                   'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                   f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>'
                   f'<Override PartName="/xl/styles.xml" ContentType="{office}.styles+xml"/>'
                   + "".join(f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{office}.worksheet+xml"/>'
                             for i in range(len(sheets))) + "</Types>")
        z.writestr("_rels/.rels", f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
                   f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        z.writestr("xl/workbook.xml", f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>' + "".join(
            f'<sheet name="{name}" sheetId="{i + 1}" r:id="r{i}"/>' for i, (name, _) in enumerate(sheets)) + "</sheets></workbook>")
        z.writestr("xl/_rels/workbook.xml.rels", f'{XML}<Relationships xmlns="{PACKAGE}/relationships">' + "".join(
            f'<Relationship Id="r{i}" Type="{REL}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in range(len(sheets)))
            + f'<Relationship Id="rs" Type="{REL}/styles" Target="styles.xml"/></Relationships>')
        z.writestr("xl/styles.xml", f'{XML}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/>'
                   '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3">'
                   '<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs>'
                   "</styleSheet>")
        for i, (_, rows) in enumerate(sheets):
            z.writestr(f"xl/worksheets/sheet{i}.xml", sheet(rows))


def rows(n, first):
    yield ["Nr", "Datum", "Geboortedatum", "Postcode", "Achternaam", "Vraag", "Toelichting"]
    for i in range(n):
        yield [first + i, datetime.datetime(2026, i % 10 + 1, i % 27 + 1, i % 24, 30), datetime.datetime(1960, 12, i % 27 + 1),
               f"7601 {'ABCDEFGHJK'[i % 10]}{'ABCDEFGHJK'[i // 10 % 10]}", f"Zzblad{i}", ["WO01", "GS01"][i % 2],
               "Zz &quot;een&quot;, twee\nen drie"]


if __name__ == "__main__":
    write(sys.argv[1], [("Intake 2026", list(rows(40, 1))), ("Ander blad", list(rows(7, 1001)))])
