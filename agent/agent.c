/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/bytes.h"

#define CONTACT_COLLECTION "contact"

enum oeo_err oeo_agent_open(
    struct oeo_agent *agent, const char *path, struct oeo_clock clock, struct oeo_note *why)
{
	enum oeo_err err;

	memset(agent, 0, sizeof(*agent));
	agent->clock = clock;
	err = oeo_home_open(&agent->home, path, why);
	if (err != OEO_OK)
		return err;
	err = oeo_self_load(&agent->self, &agent->home, OEO_ROLE_AGENT, why);
	if (err == OEO_OK)
		err = oeo_cards_load(&agent->cards, &agent->n_cards, &agent->home, OEO_CARDS_FOLDER, why);
	if (err == OEO_OK)
		err = oeo_ledger_open(&agent->ledger, &agent->home, why);
	if (err == OEO_OK)
		err = oeo_plans_load(&agent->plans, agent->ledger, why);
	if (err != OEO_OK)
		oeo_agent_close(agent);
	return err;
}

void oeo_agent_close(struct oeo_agent *agent)
{
	oeo_plans_fini(&agent->plans);
	oeo_ledger_close(agent->ledger);
	agent->ledger = NULL;
	free(agent->cards);
	agent->cards = NULL;
	agent->n_cards = 0;
	oeo_self_fini(&agent->self);
	oeo_home_close(&agent->home);
}

enum oeo_exit oeo_agent_error(const struct oeo_cli *cli, enum oeo_err err, struct oeo_note *why)
{
	if (err == OEO_ERR_CRYPTO && why->text[0] == '\0')
		(void)oeo_ledger_explain(why, err);
	return oeo_cli_error(cli, err, why);
}

const struct oeo_card *oeo_agent_collector(const struct oeo_agent *agent)
{
	for (size_t i = 0; i < agent->n_cards; i++) {
		if (agent->cards[i].role == OEO_ROLE_COLLECTOR)
			return &agent->cards[i];
	}
	return NULL;
}

const struct oeo_card *oeo_agent_card(const struct oeo_agent *agent, enum oeo_role role, const char *id)
{
	for (size_t i = 0; i < agent->n_cards; i++) {
		if (agent->cards[i].role == role && strcmp(agent->cards[i].id, id) == 0)
			return &agent->cards[i];
	}
	return NULL;
}

/* ---- Contacts: reached (8), silent since (8) */

static void contact_key(char key[OEO_ITEM_KEY_BYTES], const struct oeo_card *card)
{
	(void)snprintf(key, OEO_ITEM_KEY_BYTES, "%s/%s", oeo_role_name(card->role), card->id);
}

enum oeo_err oeo_contact_load(
    struct oeo_contact *contact, struct oeo_ledger *ledger, const struct oeo_card *card)
{
	char key[OEO_ITEM_KEY_BYTES];
	struct oeo_buf value = {0};
	struct oeo_reader reader;
	enum oeo_err err;

	memset(contact, 0, sizeof(*contact));
	contact_key(key, card);
	err = oeo_ledger_get(ledger, CONTACT_COLLECTION, key, &value);
	if (err == OEO_OK) {
		reader = (struct oeo_reader){value.data, value.len, false};
		contact->reached_s = (int64_t)oeo_bytes_take(&reader, 8);
		contact->silent_s = (int64_t)oeo_bytes_take(&reader, 8);
		err = oeo_bytes_is_done(&reader) ? OEO_OK : OEO_ERR_FORMAT;
	}
	oeo_buf_fini(&value);
	return err == OEO_ERR_NOT_FOUND ? OEO_OK : err;
}

enum oeo_err oeo_contact_note(
    struct oeo_ledger *ledger, const struct oeo_card *card, bool was_reached, int64_t now_s)
{
	char key[OEO_ITEM_KEY_BYTES];
	struct oeo_buf value = {0};
	struct oeo_contact contact;
	enum oeo_err err = oeo_contact_load(&contact, ledger, card);

	if (was_reached)
		contact = (struct oeo_contact){now_s, 0};
	else if (contact.silent_s == 0)
		contact.silent_s = now_s;
	contact_key(key, card);
	if (err == OEO_OK)
		err = oeo_bytes_put(&value, (uint64_t)contact.reached_s, 8);
	if (err == OEO_OK)
		err = oeo_bytes_put(&value, (uint64_t)contact.silent_s, 8);
	if (err == OEO_OK)
		err = oeo_ledger_put(ledger, CONTACT_COLLECTION, key, value.data, value.len);
	oeo_buf_fini(&value);
	return err;
}
