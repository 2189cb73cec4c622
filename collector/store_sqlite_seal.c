/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Parts at rest. A part's content is a random nonce (24 bytes), then its bytes under XChaCha20-Poly1305-IETF with the
 * period's key. Additional data: member (33 bytes) and period (8), filled with zeros, index (4, little-endian), kind
 * (1), count (4, little-endian), so that no row can take another's place.
 *
 * A period's key is 32 random bytes in <home>/periods/<period>.key, mode 0600. It is made with the period's first part
 * and ends when the last is gone, so that no copy of the database can be read any more. Files are made and removed
 * under the database's write lock only, and a key is remembered no longer than a transaction: no process seals
 * under a key that another has removed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/store_sqlite.h"
#include "proto/period.h"

#define FOLDER "periods"
#define SUFFIX ".key"
#define KEY_BYTES crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define MAC_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES
#define PLACE_BYTES (OEO_ID_BYTES + OEO_PERIOD_BYTES + 4 + 1 + 4)

/* ---- The period's key */

static enum oeo_err refuse_file(struct oeo_store *store, enum oeo_err err, const char *name, const char *why)
{
	char message[OEO_STORE_MESSAGE_BYTES];

	(void)snprintf(message, sizeof(message), FOLDER "/%.64s: %.128s", name, why);
	return oeo_sql_refuse(store, err, message);
}

void oeo_part_key_forget(struct oeo_store *store)
{
	oeo_secret_fini(&store->part_key);
	store->part_period[0] = '\0';
}

/* The folder and the file's name in it; the name is a period and nothing else. */
static enum oeo_err key_path(char path[OEO_PATH_BYTES], struct oeo_store *store, const char *period)
{
	struct oeo_period parsed;
	char name[sizeof(FOLDER) + OEO_PERIOD_BYTES + sizeof(SUFFIX)];

	if (strlen(period) >= OEO_PERIOD_BYTES || oeo_period_parse(&parsed, period) != OEO_OK)
		return oeo_sql_refuse(store, OEO_ERR_RANGE, "not a period");
	(void)snprintf(name, sizeof(name), FOLDER "/%s" SUFFIX, period);
	return oeo_home_path(path, &store->home, name);
}

static enum oeo_err make_folder(struct oeo_store *store)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, &store->home, FOLDER);

	if (err != OEO_OK)
		return err;
	if (mkdir(path, 0700) == 0)
		return oeo_folder_sync(store->home.path);
	return errno == EEXIST ? OEO_OK : refuse_file(store, OEO_ERR_IO, "", strerror(errno));
}

static enum oeo_err make_key(struct oeo_store *store, const char *path, const char *period)
{
	struct oeo_note why = {""};
	enum oeo_err err = make_folder(store);

	if (err != OEO_OK)
		return err;
	err = oeo_secret_init_random(&store->part_key, KEY_BYTES);
	if (err == OEO_OK)
		err = oeo_secret_save(&store->part_key, path, &why);
	return err == OEO_OK ? OEO_OK
			     : refuse_file(store, err == OEO_ERR_NOMEM ? err : OEO_ERR_IO, period, why.text);
}

/* Have the period's key in store->part_key. */
static enum oeo_err take_key(struct oeo_store *store, const char *period, bool is_made)
{
	struct oeo_note why = {""};
	char path[OEO_PATH_BYTES];
	enum oeo_err err;

	if (strcmp(store->part_period, period) == 0)
		return OEO_OK;
	oeo_part_key_forget(store);
	err = key_path(path, store, period);
	if (err != OEO_OK)
		return err;
	err = oeo_secret_load(&store->part_key, path, KEY_BYTES, &why);
	if (err == OEO_ERR_NOT_FOUND && is_made)
		err = make_key(store, path, period);
	else if (err == OEO_ERR_NOT_FOUND || err == OEO_ERR_FORMAT)
		err = refuse_file(store, OEO_ERR_CRYPTO, period, "the key file is gone or damaged");
	else if (err != OEO_OK)
		err = refuse_file(store, err == OEO_ERR_NOMEM ? err : OEO_ERR_IO, period, why.text);
	if (err == OEO_OK)
		memcpy(store->part_period, period, strlen(period) + 1);
	else
		oeo_part_key_forget(store);
	return err;
}

/* ---- Sealing */

static void write_u32(uint8_t *bytes, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
}

static enum oeo_err write_place(uint8_t bytes[PLACE_BYTES], const struct oeo_part_place *place)
{
	size_t member_len = strlen(place->member);
	size_t period_len = strlen(place->period);

	if (member_len >= OEO_ID_BYTES || period_len >= OEO_PERIOD_BYTES || place->count > UINT32_MAX)
		return OEO_ERR_RANGE;
	memset(bytes, 0, PLACE_BYTES);
	memcpy(bytes, place->member, member_len);
	bytes += OEO_ID_BYTES;
	memcpy(bytes, place->period, period_len);
	bytes += OEO_PERIOD_BYTES;
	write_u32(bytes, place->index);
	bytes[4] = place->kind;
	write_u32(bytes + 5, (uint32_t)place->count);
	return OEO_OK;
}

enum oeo_err oeo_part_seal(struct oeo_store *store, struct oeo_buf *sealed,
    const struct oeo_part_place *place, const uint8_t *bytes, size_t len)
{
	uint8_t bound[PLACE_BYTES];
	uint8_t *nonce;
	enum oeo_err err = write_place(bound, place);

	if (err == OEO_OK)
		err = take_key(store, place->period, true);
	if (err == OEO_OK)
		err = oeo_buf_reserve(sealed, NONCE_BYTES + len + MAC_BYTES);
	if (err != OEO_OK)
		return err;
	nonce = sealed->data + sealed->len;
	randombytes_buf(nonce, NONCE_BYTES);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE_BYTES, NULL, bytes, len, bound,
		sizeof(bound), NULL, nonce, store->part_key.bytes) != 0)
		return OEO_ERR_INTERNAL;
	sealed->len += NONCE_BYTES + len + MAC_BYTES;
	return OEO_OK;
}

enum oeo_err oeo_part_unseal(struct oeo_store *store, struct oeo_buf *bytes,
    const struct oeo_part_place *place, const uint8_t *sealed, size_t len)
{
	uint8_t bound[PLACE_BYTES];
	char message[OEO_STORE_MESSAGE_BYTES];
	enum oeo_err err = write_place(bound, place);

	if (err == OEO_OK)
		err = take_key(store, place->period, false);
	if (err == OEO_OK && (sealed == NULL || len < NONCE_BYTES + MAC_BYTES))
		err = OEO_ERR_CRYPTO;
	if (err == OEO_OK)
		err = oeo_buf_reserve(bytes, len);
	if (err == OEO_OK && crypto_aead_xchacha20poly1305_ietf_decrypt(bytes->data + bytes->len, NULL, NULL,
				 sealed + NONCE_BYTES, len - NONCE_BYTES, bound, sizeof(bound), sealed,
				 store->part_key.bytes) != 0)
		err = OEO_ERR_CRYPTO;
	if (err == OEO_OK)
		bytes->len += len - NONCE_BYTES - MAC_BYTES;
	if (err != OEO_ERR_CRYPTO)
		return err;
	(void)snprintf(message, sizeof(message),
	    "the reports of %s for %s cannot be read: their key (" FOLDER "/%s" SUFFIX ") is gone or another "
	    "one, or they were changed. Reopen that submission and have it sent again",
	    place->member, place->period, place->period);
	return oeo_sql_refuse(store, err, message);
}

/* ---- The end of a key */

static enum oeo_err has_parts(struct oeo_store *store, const char *period, bool *has_any)
{
	sqlite3_stmt *statement = NULL;
	enum oeo_err err = oeo_sql_query(store, &statement,
	    "SELECT 1 FROM submissions s WHERE s.period = ? AND EXISTS(SELECT 1 FROM parts p"
	    " WHERE p.id >= s.id << 32 AND p.id < (s.id + 1) << 32 AND p.kind > 0)",
	    "t", period);

	if (err == OEO_OK)
		err = oeo_sql_step(store, statement, has_any);
	oeo_sql_done(statement);
	return err;
}

/* A disk may keep the old bytes elsewhere; docs/OPERATE.md says what that means. */
static void overwrite_file(int folder_fd, const char *name)
{
	uint8_t noise[KEY_BYTES];
	int fd = openat(folder_fd, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return;
	randombytes_buf(noise, sizeof(noise));
	if (write(fd, noise, sizeof(noise)) == (ssize_t)sizeof(noise))
		(void)fsync(fd);
	(void)close(fd);
}

/* The period of <period>.key, or of <period>.key.XXXXXX, which a crash left: a half, or another name of the whole. */
static bool is_key_file(const char *name, char period[OEO_PERIOD_BYTES], bool *is_whole)
{
	const char *suffix = strstr(name, SUFFIX);
	struct oeo_period parsed;

	if (suffix == NULL || (size_t)(suffix - name) >= OEO_PERIOD_BYTES)
		return false;
	memcpy(period, name, (size_t)(suffix - name));
	period[suffix - name] = '\0';
	*is_whole = strcmp(suffix, SUFFIX) == 0;
	return oeo_period_parse(&parsed, period) == OEO_OK;
}

static enum oeo_err sweep_file(struct oeo_store *store, int folder_fd, const char *name)
{
	char period[OEO_PERIOD_BYTES];
	bool is_whole = false;
	bool is_needed = false;
	enum oeo_err err;

	if (!is_key_file(name, period, &is_whole))
		return OEO_OK;
	err = has_parts(store, period, &is_needed);
	if (err != OEO_OK || (is_needed && is_whole))
		return err;
	if (!is_needed)
		overwrite_file(folder_fd, name);
	if (unlinkat(folder_fd, name, 0) != 0 && errno != ENOENT)
		return refuse_file(store, OEO_ERR_IO, name, strerror(errno));
	return OEO_OK;
}

static enum oeo_err sweep_folder(struct oeo_store *store)
{
	char path[OEO_PATH_BYTES];
	const struct dirent *entry;
	DIR *folder;
	enum oeo_err err = oeo_home_path(path, &store->home, FOLDER);

	if (err != OEO_OK)
		return err;
	folder = opendir(path);
	if (folder == NULL)
		return errno == ENOENT ? OEO_OK : refuse_file(store, OEO_ERR_IO, "", strerror(errno));
	while (err == OEO_OK && (entry = readdir(folder)) != NULL)
		err = sweep_file(store, dirfd(folder), entry->d_name);
	if (err == OEO_OK && fsync(dirfd(folder)) != 0)
		err = refuse_file(store, OEO_ERR_IO, "", strerror(errno));
	(void)closedir(folder);
	return err;
}

enum oeo_err oeo_part_keys_sweep(struct oeo_store *store)
{
	enum oeo_err err = oeo_store_begin(store, NULL);

	if (err == OEO_OK)
		err = sweep_folder(store);
	oeo_store_rollback(store);
	return err;
}
