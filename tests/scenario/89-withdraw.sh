#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Goal: a resident who objects is taken out of everything that has not been sent, hears why the rest stays, and is not
# brought back by the next export; and the identity that was typed is left nowhere.
. tests/scenario/lib.sh
small_members
write_months 2026-01 2026-02
write_intake bga 3 1 2026-02-20
start_partnership
import_small
for member in bga cosbo; do quiet agent $member publish --period 2026-01; done

# Exports of that time, which the ledger's rules do not reach.
mkdir -p "$work/agent-bga/inbox/done" "$work/agent-bga/inbox/refused"
for name in done/maart.csv done/april.csv refused/mei.csv wacht.csv; do echo x >"$work/agent-bga/inbox/$name"; done
echo y >"$work/agent-bga/inbox/done/maart.csv.txt"
touch -d 2026-03-05T12:00Z "$work/agent-bga/inbox/done/maart.csv"
touch -d 2026-04-05T12:00Z "$work/agent-bga/inbox/done/april.csv"

echo "-- asks in a terminal only; never takes an identity as an argument"
refuses 2 'terminal' agent bga withdraw --yes </dev/null
refuses 2 . agent bga withdraw Zzresident3 --yes </dev/null

echo "-- a file that others may read is refused; one that names nobody finds nobody"
printf 'surname: Zzresident3\nbirthdate: 4-1-1960\npostcode: 7601 AA\n' >"$work/who.txt"
chmod 644 "$work/who.txt"
refuses 1 'chmod 600' agent bga withdraw --file "$work/who.txt" --yes
printf 'surname: Zznobody\nbirthdate: 4-1-1960\npostcode: 7601 AA\n' >"$work/nobody.txt"
chmod 600 "$work/nobody.txt"
refuses 1 'Questions of this resident: 0' agent bga withdraw --file "$work/nobody.txt" --yes
refuses 1 'done: 2 file.s. that were read, written from 2026-03-05 to 2026-04-05' agent bga withdraw --file "$work/nobody.txt" --yes
refuses 1 '"place": "refused"' agent bga withdraw --file "$work/nobody.txt" --yes --json
refuses 1 'maiden name' agent bga withdraw --file "$work/nobody.txt" --yes
agent bga withdraw --file "$work/nobody.txt" --yes 2>&1 | grep -qi zznobody && fault "the advice repeats the name"

echo "-- without consent nothing changes"
chmod 600 "$work/who.txt"
refuses 1 'Questions of this resident: 3' agent bga withdraw --file "$work/who.txt" </dev/null
printf '\xEF\xBB\xBFAchternaam: Zzresident3\r\nGeboortedatum: 4-1-1960\r\nPostcode: 7601 AA\r\n' >"$work/windows.txt"
chmod 600 "$work/windows.txt"
refuses 1 'Questions of this resident: 3' agent bga withdraw --file "$work/windows.txt" </dev/null
echo 'telefoon: Zzresident3' >>"$work/windows.txt"
refuses 1 'windows.txt:4: .*Family name \(surname\)' agent bga withdraw --file "$work/windows.txt" </dev/null
rm "$work/windows.txt"
expect 'known already +25' agent bga import "$work/in/bga.csv"

# What a backup that was cut off left holds the resident too.
mkdir "$work/agent-bga/backing-up"
echo x >"$work/agent-bga/backing-up/backup"

echo "-- an answer that is too long is not left to the shell, which would run it and remember it"
python3 tests/scenario/typed.py "Date of birth=$(printf 'Zzresident%.0s' {1..70})" -- /bin/bash -c "
	'$bin/oeo-agent' withdraw --home '$work/agent-bga' --now '$now' --lang en
	IFS= read -r -t 0.3 rest || rest=; echo \"left: <\$rest>\"" >"$work/log/too-long.txt" 2>&1
grep -q 'too long; nothing has changed' "$work/log/too-long.txt" || { cat "$work/log/too-long.txt"; fault "an answer that is too long was taken"; }
grep -q 'left: <>' "$work/log/too-long.txt" || fault "a part of the answer was left in the terminal"
rm "$work/log/too-long.txt"

echo "-- typed in a terminal: shown by day, taken out, and what was sent is explained"
sed -n '/identity:/,/^[a-z]/p' "$plan_dir/plan.yaml" | grep -q surname || fault "the plan's fields are others than this scenario types"
python3 tests/scenario/typed.py 'Date of birth=4-1-1960' 'Postcode=7601aa' 'Family name=ZZ-resident 3' 'for good?=yes' -- \
	"$bin/oeo-agent" withdraw --home "$work/agent-bga" --now "$now" --lang en >"$work/log/withdraw.txt" 2>&1 ||
	{ cat "$work/log/withdraw.txt"; fault "withdraw in a terminal failed"; }
for said in 'Questions of this resident: 3' '2026-02-20' 'Taken out: 3' '2026-01 was sent in' 'deletes the sealed pieces' \
	'Backups that were made before' 'inbox: 1 file(s) to be read' 'refused: 1 file(s)' 'keep-files DAYS' 'export.csv~'; do
	grep -q -- "$said" "$work/log/withdraw.txt" || { cat "$work/log/withdraw.txt"; fault "did not say: $said"; }
done
[ ! -e "$work/agent-bga/backing-up" ] || fault "what a cut-off backup left is still there"
grep -q 'Zzresident4' "$work/log/withdraw.txt" && fault "names another resident"

echo "-- the next export does not bring the resident back; another row of the export does count"
expect 'withdrawn.* 3' agent bga import "$work/in/bga.csv"

echo "-- what is published counts without: 2026-02 one resident less; the quarter would be less than its own January, so it is hidden"
for member in bga cosbo; do quiet agent $member publish --period 2026-02; done
write_intake bga 1 1 2026-03-01
quiet agent bga import "$work/in/bga.csv"
for member in bga cosbo; do quiet agent $member publish; done
release 2026-01
release 2026-02
release 2026-Q1
export_site
[ "$(shown month-total 2026-01)" = 18 ] || fault "2026-01 had been sent: $(shown month-total 2026-01)"
[ "$(shown month-total 2026-02)" = 17 ] || fault "17 residents in 2026-02, shown: $(shown month-total 2026-02)"
[ "$(shown total 2026-Q1)" = . ] || fault "the difference with January is one resident, and shown: $(shown total 2026-Q1)"

echo "-- the typed identity stands nowhere in the agent's home, its logs or temporary files"
rm -f "$work/who.txt"
if grep -rlaiE 'zz-?resident ?3([^0-9]|$)' "$work/agent-bga" "$work/log" --exclude=withdraw.txt; then fault "the identity was left in the files named above"; fi
