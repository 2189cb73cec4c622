/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Opened cells at rest: a random nonce (24 bytes) and the bytes under XChaCha20-Poly1305-IETF with the store's
 * key, the period as additional data, so that one period's cannot be put in another's place.
 */
#include <sodium.h>
#include <string.h>

#include "collector/store_sqlite.h"

#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define MAC_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES

static enum oeo_err seal(struct oeo_buf *sealed, const struct oeo_secret *key, const char *period,
    const uint8_t *bytes, size_t len)
{
	uint8_t *nonce;
	enum oeo_err err = oeo_buf_reserve(sealed, NONCE_BYTES + len + MAC_BYTES);

	if (err != OEO_OK)
		return err;
	nonce = sealed->data + sealed->len;
	randombytes_buf(nonce, NONCE_BYTES);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE_BYTES, NULL, bytes, len,
		(const uint8_t *)period, strlen(period), NULL, nonce, key->bytes) != 0)
		return OEO_ERR_INTERNAL;
	sealed->len += NONCE_BYTES + len + MAC_BYTES;
	return OEO_OK;
}

enum oeo_err oeo_store_put_opened(
    struct oeo_store *store, const char *period, const uint8_t *bytes, size_t len)
{
	struct oeo_buf sealed = {0};
	enum oeo_err err = seal(&sealed, &store->key, period, bytes, len);

	if (err == OEO_OK)
		err = oeo_sql_run(store,
		    "INSERT INTO opened(period, sealed) VALUES(?, ?)"
		    " ON CONFLICT(period) DO UPDATE SET sealed = excluded.sealed",
		    "tb", period, sealed.data, sealed.len);
	oeo_buf_fini(&sealed);
	return err;
}

static enum oeo_err unseal(struct oeo_buf *bytes, const struct oeo_store *store, const char *period,
    const uint8_t *sealed, size_t len)
{
	enum oeo_err err;

	if (sealed == NULL || len < NONCE_BYTES + MAC_BYTES)
		return OEO_ERR_CRYPTO;
	err = oeo_buf_reserve(bytes, len - NONCE_BYTES - MAC_BYTES + 1);
	if (err != OEO_OK)
		return err;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes->data + bytes->len, NULL, NULL,
		sealed + NONCE_BYTES, len - NONCE_BYTES, (const uint8_t *)period, strlen(period), sealed,
		store->key.bytes) != 0)
		return OEO_ERR_CRYPTO;
	bytes->len += len - NONCE_BYTES - MAC_BYTES;
	return OEO_OK;
}

enum oeo_err oeo_store_load_opened(struct oeo_store *store, const char *period, struct oeo_buf *bytes)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	enum oeo_err err =
	    oeo_sql_query(store, &statement, "SELECT sealed FROM opened WHERE period = ?", "t", period);

	if (err == OEO_OK)
		err = oeo_sql_step(store, statement, &has_row);
	if (err == OEO_OK && !has_row)
		err = oeo_sql_refuse(store, OEO_ERR_NOT_FOUND, "no opened cells of this period are kept");
	if (err == OEO_OK)
		err = unseal(bytes, store, period, sqlite3_column_blob(statement, 0),
		    (size_t)sqlite3_column_bytes(statement, 0));
	if (err == OEO_ERR_CRYPTO)
		(void)oeo_sql_refuse(store, err, "the opened cells are damaged, or store.key is not theirs");
	oeo_sql_done(statement);
	return err;
}

enum oeo_err oeo_store_remove_opened(struct oeo_store *store, const char *period)
{
	return oeo_sql_run(store, "DELETE FROM opened WHERE period = ?", "t", period);
}
