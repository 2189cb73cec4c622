#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Print an intake export in bga's format: many_rows.py ROWS DAY; every row another record and resident."""
import sys

rows, day = int(sys.argv[1]), sys.argv[2]
out = sys.stdout
out.write("id,tijdstip,tussenvoegsel,achternaam,geboortedatum,postcode,rubriek,knelpunt,kanaal,uitkomst,toelichting\n")
for i in range(rows):
    out.write(f"many-{i},{day}T10:00:00,,Zzmany{i},1960-01-{i % 28 + 1:02d},7601AA,WO01,KN04,KA01,UK01,geen\n")
