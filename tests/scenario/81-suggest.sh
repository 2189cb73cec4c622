#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: a mapping that was proposed for an unknown export, completed where it says so, reads that export as a mapping made by
# hand does; and the proposal shows nothing of names, dates of birth, free text and rare values.
. tests/scenario/lib.sh
plan=proto/plans/almelo/plan.yaml
suggest() { "$bin/oeo-agent" mapping suggest "$1" --plan $plan --home "$work/none" --now $now "${@:2}"; }
check() { "$bin/oeo-agent" mapping check "$@" --plan $plan --home "$work/none" --now $now; }
counts() { "$bin/oeo-agent" preview "$1" --mapping "$2" --plan $plan --home "$work/none" --now $now --json; }
same_counts() {
	counts "$1" "$2" >"$work/log/by-hand.txt"
	counts "$1" "$3" >"$work/log/suggested.txt"
	python3 - "$work/log/by-hand.txt" "$work/log/suggested.txt" <<'PY' || fault "$1: the proposal reads otherwise than the mapping made by hand"
import json, sys
a, b = (json.load(open(p, encoding="utf-8")) for p in sys.argv[1:])
for key in ("rows", "taken", "refused", "without_identity", "unmapped", "would_send"):
    assert a[key] == b[key], (key, a[key], b[key])
for x, y in zip(a["dimensions"], b["dimensions"]):
    assert x["codes"] == y["codes"], x["dimension"]
PY
}
mkdir -p "$work/log"

# Before there is a home or a plan, what to do is said.
refuses 1 'init' "$bin/oeo-agent" mapping suggest tests/data/almelo/bga.csv --home "$work/none"
refuses 1 'init' "$bin/oeo-agent" mapping check proto/plans/almelo/mappings/bga.yaml tests/data/almelo/bga.csv --home "$work/none"
refuses 1 'init' "$bin/oeo-agent" preview tests/data/almelo/bga.csv --home "$work/none"
refuses 1 'not a file' suggest "$work"

# The four exports of Almelo: the proposal is complete as it is.
for member in klientenraad bga cosbo wmo-adviesraad; do
	suggest tests/data/almelo/$member.csv --out "$work/$member.yaml"
	same_counts tests/data/almelo/$member.csv proto/plans/almelo/mappings/$member.yaml "$work/$member.yaml"
	expect "taken" check "$work/$member.yaml" tests/data/almelo/$member.csv || true
done

# Almere: several rows of one question, and a mark from 1 to 10. Amersfoort: names of the higher level of a list.
other() { "$bin/oeo-agent" "$@" --plan "proto/plans/$town/plan.yaml" --home "$work/none" --now $now; }
town=almere
other mapping suggest tests/data/almere/oco-almere.csv --out "$work/almere.yaml"
for line in '^record: Vraagnr ' 'count as one question' '^  # satisfaction:' '^  #   column: "Cijfer evaluatie"' '^  #     "8": \?\?\?'; do
	grep -qE -- "$line" "$work/almere.yaml" || { cat "$work/almere.yaml"; fault "the proposal for Almere lacks: $line"; }
done
other mapping check "$work/almere.yaml" >"$work/log/check-almere.txt" || { cat "$work/log/check-almere.txt"; fault "a dimension that is left out is an error"; }
grep -q "left out: dimension satisfaction" "$work/log/check-almere.txt" || fault "a dimension that is left out is not told"
sed 's/^\(  \)# \(satisfaction:\|  column: "Cij\|  match: map\|  map:\|    onbekend:\|    "8":\|  otherwise:\)/\1\2/' "$work/almere.yaml" >"$work/almere-open.yaml"
refuses 1 "line [0-9]+ has to be completed" other mapping check "$work/almere-open.yaml" tests/data/almere/oco-almere.csv
sed -i 's/"8": ???/"8": TV2/' "$work/almere-open.yaml"
other mapping check "$work/almere-open.yaml" >/dev/null || fault "what is taken out of its comment and completed cannot be used"
sed 's/^record: Vraagnr/record: "???"/' "$work/almere.yaml" >"$work/almere-none.yaml"
refuses 1 "line [0-9]+ has to be completed" other mapping check "$work/almere-none.yaml" tests/data/almere/oco-almere.csv
town=amersfoort
other mapping suggest tests/data/amersfoort/informatiewinkels.csv --out "$work/winkels.yaml"
for line in '^  # area:' '^  #   column: Winkel' '^  #     Noord: \?\?\?' '^  #     "Centrum en West": \?\?\?'; do
	grep -qE -- "$line" "$work/winkels.yaml" || { cat "$work/winkels.yaml"; fault "the proposal for Amersfoort lacks: $line"; }
done

# An export in residents' words: those that the form's search knows are filled in without any option, and counted so.
python3 - "$work" <<'PY'
import pathlib, sys
said = ["schuldeiser", "Rekeningen niet betalen", "eenzaam", "huurtoeslag", "iets heel bijzonders"]
rows = ["Volgnr;Datum;Wat speelt er;Notitie"]
rows += [f"{i};{i % 28 + 1:02d}-0{i % 9 + 1}-2026;{said[i % 5]};Zztekst {i}" for i in range(100)]
(pathlib.Path(sys.argv[1]) / "words.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
PY
suggest "$work/words.csv" --out "$work/words.yaml"
for line in '^  question:  # [0-9]+ % sure; 80 % of the filled' '"Rekeningen niet betalen": GS01' 'schuldeiser: GS01' 'eenzaam: SN01' \
	'huurtoeslag: UT04' '# "iets heel bijzonders": \?\?\?'; do
	grep -qE -- "$line" "$work/words.yaml" || { cat "$work/words.yaml"; fault "the proposal in residents' words lacks: $line"; }
done
check "$work/words.yaml" "$work/words.csv" >"$work/log/words.txt" 2>&1 || true
grep -q "20 rows have a value without a code" "$work/log/words.txt" || { cat "$work/log/words.txt"; fault "what is no known word is not told"; }
printf 'term,code\neenzaam,GS02\nhuurtoeslag,GS02\nschuldeiser,GS02\n' >"$work/own-words.csv"
suggest "$work/words.csv" --synonyms "$work/own-words.csv" --out "$work/own.yaml"
grep -q 'eenzaam: GS02' "$work/own.yaml" || fault "words that are given are not used instead"
! grep -q 'GS01' "$work/own.yaml" || fault "words that are given do not take the place of those of the program"

# A worse one: lines above the header, Windows-1252, American dates with AM and PM, decimal commas, semicolons in quotes,
# own words for codes, of which some are synonyms, some are not known and some stand in one row only.
python3 - "$work" <<'PY'
import pathlib, sys
work = pathlib.Path(sys.argv[1])
head = "Export Klantregistratie;;\nGemaakt op 21-11-2026\n\n"
rows = ["Volgnummer;Aangemaakt;Naam;Geb. datum;Pc;Onderwerp;Kanaal;Bedrag;Opmerking"]
subjects = ["Schulden en betalingsachterstanden", "rood staan", "Iets heel anders", "Huur"]
for i in range(240):
    month, day, hour = i % 10 + 1, i % 27 + 1, i % 12 + 1
    subject = subjects[i % 4] if i != 100 else "Zaak Zzgeheim"
    rows.append(f'{i};{month:02d}/{day:02d}/2026 {hour:02d}:15:00 {"AM" if i % 2 else "PM"};Zzn\xe4am{i};{day:02d}-0{i % 9 + 1}-1960;'
                f'7601{"ABCDEFGHJK"[i % 10]}{"ABCDEFGHJK"[i // 10 % 10]};{subject};{["balie", "telefoon", "duif"][i % 3]};{i},50;"Zztekst; {i}"')
(work / "worse.csv").write_bytes((head + "\n".join(rows) + "\n").encode("cp1252"))
(work / "synonyms.csv").write_text("term,code\nrood staan,GS01\nbalie,KA02\ntelefoon,KA03\n", encoding="utf-8")
PY
grep -q '^GS01,' proto/plans/almelo/codes/question.csv || sed -i "s/GS01/$(sed -n 's/^\([A-Z]*[0-9][0-9]*\),.*/\1/p' proto/plans/almelo/codes/question.csv | head -n 1)/" "$work/synonyms.csv"
suggest "$work/worse.csv" --synonyms "$work/synonyms.csv" >"$work/worse.yaml"
for line in 'delimiter: ";", encoding: windows-1252' 'skip_lines: 3' 'record: Volgnummer' 'column: Aangemaakt, format: "mm/dd/yyyy hh:mm:ss am"' \
	'column: Naam' 'column: "Geb. datum", format: "dd-mm-yyyy"' 'column: Pc' '"rood staan": ' 'balie: KA02' '# duif: \?\?\?' '# "Iets heel anders": \?\?\?' 'Bedrag' 'Opmerking'; do
	grep -qE -- "$line" "$work/worse.yaml" || { cat "$work/worse.yaml"; fault "the proposal lacks: $line"; }
done
! grep -qE 'Zz|geheim|1960|7601' "$work/worse.yaml" || { cat "$work/worse.yaml"; fault "the proposal shows what it should not"; }
refuses 1 "80 rows have a value without a code" check "$work/worse.yaml" "$work/worse.csv"
# A person completes it.
barrier_code=KA90
grep -q "^$barrier_code," proto/plans/almelo/codes/channel.csv || barrier_code=$(sed -n '2s/,.*//p' proto/plans/almelo/codes/channel.csv)
sed -i -e "s/# duif: ???/duif: $barrier_code/" -e 's/# "Iets heel anders": ???/"Iets heel anders": onbekend/' "$work/worse.yaml"
check "$work/worse.yaml" "$work/worse.csv" >"$work/log/check.txt" 2>&1 || true
grep -qE "taken: 240|gelezen: 240" "$work/log/check.txt" || { cat "$work/log/check.txt"; fault "the completed proposal does not read every row"; }
! grep -qE "column Kanaal" "$work/log/check.txt" || fault "a completed value is still told as missing"
grep -q "barrier is not mapped" "$work/log/check.txt" || fault "a dimension without a column is not told"

# What is no table is said so; a proposal is never written over another file.
printf 'a\nb\n' >"$work/none.csv"
refuses 1 "No table is found" suggest "$work/none.csv"
: >"$work/empty.csv"
refuses 1 "empty" suggest "$work/empty.csv"
refuses 1 "exists|is there" suggest "$work/worse.csv" --out "$work/worse.yaml"
printf 'record: [\n' >"$work/broken.yaml"
refuses 1 "cannot be used" check "$work/broken.yaml"
