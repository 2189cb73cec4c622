/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/reasons.h"

#include <stdio.h>
#include <string.h>

#include "proto/i18n.h"

/* In the texts {who} stands for the name on the card; {member}, {period}, {reason} and {count} for what they say. */
static const char *general_text(unsigned reason)
{
	switch (reason) {
	case OEO_REASON_UNKNOWN_MEMBER:
		return _("{who} does not know this agent, or not any more. Ask its operator to admit your "
			 "card (show it with: "
			 "oeo-agent card) and read the fingerprint out to each other by telephone. Nothing "
			 "is lost.");
	case OEO_REASON_NO_PLAN:
		return _("{who} has no plan in force yet. Wait until the bureau and all keyholders have "
			 "approved it; then run: "
			 "oeo-agent publish");
	case OEO_REASON_PERIOD_OUTSIDE:
		return _("{who} says that {period} is not a period of the plan. Look at the plan with: "
			 "oeo-agent plan show");
	case OEO_REASON_PERIOD_NOT_ENDED:
		return _("{who} says that {period} has not ended yet. Check the date of this computer; if it "
			 "is right, ask the "
			 "operator of {who} to check theirs.");
	case OEO_REASON_PERIOD_RELEASED:
		return _("{period} has been released already. The questions are kept; run again to see where "
			 "they count: "
			 "oeo-agent publish");
	case OEO_REASON_INTERNAL:
		return _(
		    "{who} could not store it. Nothing is lost; try again later with: oeo-agent publish");
	default:
		return NULL;
	}
}

static const char *collector_text(unsigned reason)
{
	switch (reason) {
	case OEO_REASON_OTHER_PLAN:
		return _("Another plan holds for {period} than the one that was accepted here. Nothing is "
			 "lost. Look at it and accept "
			 "it (oeo-agent plan show, oeo-agent plan accept); then: oeo-agent publish --period "
			 "{period} --again");
	case OEO_REASON_OTHER_KEYS:
		return _("{who} knows other keys of the keyholders for {period} than this agent saw. Nothing "
			 "is lost. Tell the bureau "
			 "and every keyholder before you go on: somebody may be showing different keys to "
			 "different members.");
	case OEO_REASON_EQUIVOCATION:
		return _("A keyholder signed two different sets of keys for {period}. The period stops for "
			 "everyone. Tell the bureau "
			 "and every keyholder. Nothing is lost.");
	case OEO_REASON_PERIOD_DESTROYED:
		return _("The keys of {period} are destroyed; it is not released. The questions still count "
			 "in the quarter and the "
			 "year. Nothing has to be done.");
	case OEO_REASON_TOO_MANY_REPORTS:
		return _("{who} does not take so many questions of one member for {period}: it is far more "
			 "than the "
			 "plan expects. Everything is kept here. Look whether a file was read in with the "
			 "wrong dates; "
			 "if all is right, ask the bureau for a plan that expects more questions.");
	case OEO_REASON_CONFLICT:
	case OEO_REASON_GAP:
	case OEO_REASON_CLOSED:
		return _(
		    "{who} holds another submission of {period} of yours than the one that is here (was "
		    "a backup put back?). "
		    "Nothing is lost. Ask the bureau to run: oeo-collector reopen {member} {period}. Then "
		    "run here: "
		    "oeo-agent publish --period {period} --again");
	default:
		return _("{who} did not accept the submission of {period} ({reason}). That is a fault in one "
			 "of the programs. Everything "
			 "is kept here; tell the bureau this reason.");
	}
}

static const char *keyholder_text(unsigned reason)
{
	switch (reason) {
	case OEO_REASON_QUOTA:
		return _("{who} has answered all that it allows this member for {period}. Ask its operator "
			 "to allow more with: "
			 "oeo-keyholder quota {member} --period {period} --add {count}. What was prepared is "
			 "kept; "
			 "then run: oeo-agent publish");
	case OEO_REASON_PERIOD_DESTROYED:
		return _("{who} has destroyed its keys of {period}. The period is not sealed any more; the "
			 "questions still count in "
			 "the quarter and the year.");
	case OEO_REASON_KEYS_LOST:
		return _("{who} has lost its keys of {period}. Ask its operator to say so for everyone, "
			 "with: oeo-keyholder destroy "
			 "--period {period}. The questions still count in the quarter and the year.");
	default:
		return _("{who} did not answer for {period} ({reason}). That is a fault in one of the "
			 "programs. Everything is kept here; "
			 "tell its operator this reason.");
	}
}

struct mark {
	const char *name;
	const char *value;
};

#define N_MARKS 5

/* Append what stands at *text up to the next mark, the mark filled in, and go past both. */
static enum oeo_err fill_next(struct oeo_buf *out, const char **text, const struct mark marks[N_MARKS])
{
	size_t plain = strcspn(*text, "{");
	enum oeo_err err = oeo_buf_append(out, *text, plain);

	*text += plain;
	for (size_t m = 0; m < N_MARKS && err == OEO_OK; m++) {
		if (strncmp(*text, marks[m].name, strlen(marks[m].name)) != 0)
			continue;
		*text += strlen(marks[m].name);
		return oeo_buf_append_text(out, marks[m].value);
	}
	return err == OEO_OK && **text != '\0' ? oeo_buf_append(out, (*text)++, 1) : err;
}

/* Marks, not printf: texts in two languages need not use them alike. */
static enum oeo_err fill_in(struct oeo_buf *out, const char *text, const struct oeo_refusal *refusal)
{
	char count[24];
	const struct mark marks[N_MARKS] = {{"{who}", refusal->by.name},
	    {"{period}", refusal->period[0] != '\0' ? refusal->period : "-"},
	    {"{reason}", oeo_reason_name(refusal->reason)}, {"{member}", refusal->member},
	    {"{count}", count}};
	enum oeo_err err = OEO_OK;

	(void)snprintf(count, sizeof(count), "%llu", (unsigned long long)refusal->wanted);
	while (*text != '\0' && err == OEO_OK)
		err = fill_next(out, &text, marks);
	return err == OEO_OK ? oeo_buf_terminate(out) : err;
}

enum oeo_err oeo_refusal_explain(struct oeo_note *note, const struct oeo_refusal *refusal)
{
	const char *text = general_text(refusal->reason);
	struct oeo_buf filled = {0};

	if (text == NULL && refusal->by.role == OEO_ROLE_COLLECTOR)
		text = collector_text(refusal->reason);
	else if (text == NULL)
		text = keyholder_text(refusal->reason);
	if (fill_in(&filled, text, refusal) == OEO_OK)
		(void)oeo_note_set(note, OEO_ERR_REFUSED, "%s", (const char *)filled.data);
	else
		(void)oeo_note_set(note, OEO_ERR_REFUSED, "%s", oeo_reason_name(refusal->reason));
	oeo_buf_fini(&filled);
	return OEO_ERR_REFUSED;
}

enum oeo_err oeo_away_explain(struct oeo_note *note, const struct oeo_card *card, struct oeo_client *client)
{
	if (client != NULL && oeo_client_get_state(client) == OEO_CLIENT_REFUSED)
		return oeo_note_set(note, OEO_ERR_AWAY,
		    _("%s is there, but does not let this agent in. Nothing is lost. Ask them to admit your "
		      "card (show it with: "
		      "oeo-agent card), and whether theirs is still the right one; then run again: oeo-agent "
		      "publish"),
		    card->name);
	return oeo_note_set(note, OEO_ERR_AWAY,
	    _("%s does not answer at %s. Nothing is lost: everything is kept here. Is this computer on the "
	      "internet? If so, "
	      "ask whether their machine is on; then run again: oeo-agent publish"),
	    card->name, card->endpoint);
}
