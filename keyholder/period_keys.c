/* SPDX-License-Identifier: EUPL-1.2 */
#include "keyholder/period_keys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/i18n.h"
#include "proto/tally.h"

#define FOLDER "periods"
#define KEY_FILE_BYTES ((size_t)2 * OEO_SCALAR_BYTES)
#define SUFFIX ".key"

static enum oeo_err folder_path(char path[OEO_PATH_BYTES], const struct oeo_home *home, const char *plan)
{
	char name[sizeof(FOLDER) + OEO_ID_BYTES + 1];

	/* A plan's id may begin with a dot by its alphabet; `..` must not leave the folder. */
	if (!oeo_id_is_valid(plan) || plan[0] == '.')
		return OEO_ERR_RANGE;
	(void)snprintf(name, sizeof(name), FOLDER "/%s", plan);
	return oeo_home_path(path, home, name);
}

static enum oeo_err key_path(
    char path[OEO_PATH_BYTES], const struct oeo_home *home, const char *plan, const char *period)
{
	char folder[OEO_PATH_BYTES];
	enum oeo_err err = folder_path(folder, home, plan);
	int len;

	if (err != OEO_OK)
		return err;
	len = snprintf(path, OEO_PATH_BYTES, "%s/%s" SUFFIX, folder, period);
	return len > 0 && len < OEO_PATH_BYTES ? OEO_OK : OEO_ERR_RANGE;
}

static enum oeo_err sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result;

	if (fd < 0)
		return OEO_ERR_IO;
	result = fsync(fd);
	(void)close(fd);
	return result == 0 ? OEO_OK : OEO_ERR_IO;
}

static enum oeo_err make_folder(const char *path, const char *parent, struct oeo_note *why)
{
	if (mkdir(path, 0700) == 0)
		return sync_folder(parent);
	if (errno == EEXIST)
		return OEO_OK;
	return oeo_note_set(why, OEO_ERR_IO, "%s: %s", path, strerror(errno));
}

static enum oeo_err make_folders(const struct oeo_home *home, const char *plan, struct oeo_note *why)
{
	char outer[OEO_PATH_BYTES];
	char inner[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(outer, home, FOLDER);

	if (err == OEO_OK)
		err = folder_path(inner, home, plan);
	if (err == OEO_OK)
		err = make_folder(outer, home->path, why);
	if (err == OEO_OK)
		err = make_folder(inner, outer, why);
	return err;
}

bool oeo_period_keys_has_file(const struct oeo_home *home, const char *plan, const char *period)
{
	char path[OEO_PATH_BYTES];

	return key_path(path, home, plan, period) == OEO_OK && oeo_file_exists(path);
}

void oeo_opened_keys_fini(struct oeo_opened_keys *keys)
{
	if (keys != NULL)
		oeo_secret_fini(&keys->scalars);
}

const uint8_t *oeo_opened_keys_scalar(const struct oeo_opened_keys *keys, enum oeo_purpose purpose)
{
	return purpose == OEO_PURPOSE_RESIDENT ? keys->scalars.bytes : keys->scalars.bytes + OEO_SCALAR_BYTES;
}

static enum oeo_err fill_public_keys(struct oeo_opened_keys *keys)
{
	enum oeo_err err =
	    oeo_voprf_public_key(keys->resident_pk, oeo_opened_keys_scalar(keys, OEO_PURPOSE_RESIDENT));

	if (err == OEO_OK)
		err = oeo_voprf_public_key(keys->cell_pk, oeo_opened_keys_scalar(keys, OEO_PURPOSE_CELL));
	return err;
}

static enum oeo_err load_keys(struct oeo_opened_keys *keys, const char *path, struct oeo_note *why)
{
	enum oeo_err err = oeo_secret_load(&keys->scalars, path, KEY_FILE_BYTES, why);

	/* "Others can read it" is for the operator to mend, not a refusal to the member. */
	if (err == OEO_ERR_REFUSED)
		return OEO_ERR_IO;
	return err == OEO_OK ? fill_public_keys(keys) : err;
}

static enum oeo_err make_keys(struct oeo_opened_keys *keys, const struct oeo_home *home, const char *plan,
    const char *path, struct oeo_note *why)
{
	enum oeo_err err = oeo_secret_init(&keys->scalars, KEY_FILE_BYTES);

	if (err == OEO_OK)
		err = oeo_voprf_keypair(keys->scalars.bytes, keys->resident_pk);
	if (err == OEO_OK)
		err = oeo_voprf_keypair(keys->scalars.bytes + OEO_SCALAR_BYTES, keys->cell_pk);
	if (err == OEO_OK)
		err = make_folders(home, plan, why);
	if (err == OEO_OK)
		err = oeo_secret_save(&keys->scalars, path, why);
	return err;
}

static enum oeo_err keep_record(struct oeo_register *reg, const struct oeo_opened_keys *keys,
    const char *plan, const char *period, int64_t now_s)
{
	struct oeo_period_record record = {.has_keys = true, .made_s = now_s};

	(void)snprintf(record.plan, sizeof(record.plan), "%s", plan);
	(void)snprintf(record.period, sizeof(record.period), "%s", period);
	memcpy(record.resident_pk, keys->resident_pk, OEO_ELEMENT_BYTES);
	memcpy(record.cell_pk, keys->cell_pk, OEO_ELEMENT_BYTES);
	return oeo_periods_add(reg, &record);
}

/* A period that the register does not know: take a file that a crash left, or make keys, unless a restore hides what
 * has been. */
static enum oeo_err open_unknown(struct oeo_opened_keys *keys, struct oeo_register *reg,
    const struct oeo_home *home, const char *plan, const struct oeo_period *period, int64_t now_s,
    enum oeo_reason *reason, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	char text[OEO_PERIOD_BYTES];
	int64_t restored_day;
	enum oeo_err err;

	oeo_period_format(text, period);
	err = key_path(path, home, plan, text);
	if (err == OEO_OK)
		err = oeo_register_get_number(reg, OEO_FACT_RESTORED_DAY, &restored_day);
	if (err != OEO_OK)
		return err;
	if (oeo_file_exists(path))
		err = load_keys(keys, path, why);
	else if (oeo_period_last_day(period) < restored_day) {
		*reason = OEO_REASON_KEYS_LOST;
		return OEO_ERR_REFUSED;
	} else
		err = make_keys(keys, home, plan, path, why);
	return err == OEO_OK ? keep_record(reg, keys, plan, text, now_s) : err;
}

static enum oeo_err open_known(struct oeo_opened_keys *keys, const struct oeo_home *home,
    const struct oeo_period_record *record, enum oeo_reason *reason, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err = key_path(path, home, record->plan, record->period);

	if (err != OEO_OK)
		return err;
	err = load_keys(keys, path, why);
	if (err == OEO_OK && memcmp(keys->resident_pk, record->resident_pk, OEO_ELEMENT_BYTES) == 0 &&
	    memcmp(keys->cell_pk, record->cell_pk, OEO_ELEMENT_BYTES) == 0)
		return OEO_OK;
	/* Gone, damaged, or another period's: these keys do not come back by waiting. */
	if (err != OEO_OK && err != OEO_ERR_NOT_FOUND && err != OEO_ERR_FORMAT)
		return err;
	*reason = OEO_REASON_KEYS_LOST;
	return OEO_ERR_REFUSED;
}

enum oeo_err oeo_period_keys_open(struct oeo_opened_keys *keys, struct oeo_register *reg,
    const struct oeo_home *home, const char *plan, const struct oeo_period *period, int64_t now_s,
    enum oeo_reason *reason, struct oeo_period_record *record, struct oeo_note *why)
{
	struct oeo_opened_keys opened = {0};
	char text[OEO_PERIOD_BYTES];
	enum oeo_err err;

	oeo_period_format(text, period);
	err = oeo_periods_get(reg, plan, text, record);
	if (err == OEO_ERR_NOT_FOUND) {
		err = open_unknown(&opened, reg, home, plan, period, now_s, reason, why);
	} else if (err == OEO_OK && record->is_destroyed) {
		*reason = OEO_REASON_PERIOD_DESTROYED;
		err = OEO_ERR_REFUSED;
	} else if (err == OEO_OK) {
		err = open_known(&opened, home, record, reason, why);
	}
	if (err == OEO_OK)
		*keys = opened;
	else
		oeo_opened_keys_fini(&opened);
	return err;
}

static enum oeo_err sign(
    uint8_t signature[OEO_SIGNATURE_BYTES], const struct oeo_buf *message, const struct oeo_self *self)
{
	if (crypto_sign_detached(signature, NULL, message->data, message->len, self->identity_sk.bytes) != 0)
		return OEO_ERR_CRYPTO;
	return OEO_OK;
}

enum oeo_err oeo_period_keys_sign(struct oeo_period_keys *signed_keys, const struct oeo_opened_keys *keys,
    const struct oeo_self *self, const char *plan, const char *period)
{
	struct oeo_period_keys made = {0};
	struct oeo_buf message = {0};
	enum oeo_err err = oeo_key_signature_input(&message, plan, period, keys->resident_pk, keys->cell_pk);

	(void)snprintf(made.keyholder, sizeof(made.keyholder), "%s", self->card.id);
	memcpy(made.resident_pk, keys->resident_pk, OEO_ELEMENT_BYTES);
	memcpy(made.cell_pk, keys->cell_pk, OEO_ELEMENT_BYTES);
	if (err == OEO_OK)
		err = sign(made.signature, &message, self);
	if (err == OEO_OK)
		*signed_keys = made;
	oeo_buf_fini(&message);
	return err;
}

/* ---- Ending a period */

/* A disk may keep the old bytes elsewhere; docs/OPERATE.md says what that means. */
static void overwrite_file(int folder_fd, const char *name)
{
	uint8_t noise[KEY_FILE_BYTES];
	int fd = openat(folder_fd, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return;
	randombytes_buf(noise, sizeof(noise));
	if (write(fd, noise, sizeof(noise)) == (ssize_t)sizeof(noise))
		(void)fsync(fd);
	(void)close(fd);
}

/* Remove every file of the folder whose name begins with prefix and has within in it; sync the folder. */
static enum oeo_err remove_files(
    const char *folder, const char *prefix, const char *within, bool is_overwritten, struct oeo_note *why)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;
	enum oeo_err err = OEO_OK;

	if (directory == NULL)
		return errno == ENOENT ? OEO_OK
				       : oeo_note_set(why, OEO_ERR_IO, "%s: %s", folder, strerror(errno));
	while ((entry = readdir(directory)) != NULL) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
		    strstr(entry->d_name, within) == NULL)
			continue;
		if (is_overwritten)
			overwrite_file(dirfd(directory), entry->d_name);
		if (unlinkat(dirfd(directory), entry->d_name, 0) != 0 && errno != ENOENT)
			err = oeo_note_set(why, OEO_ERR_IO,
			    _("The key file %s/%s could not be removed: %s. Remove it by hand and run this "
			      "again."),
			    folder, entry->d_name, strerror(errno));
	}
	if (fsync(dirfd(directory)) != 0 && err == OEO_OK)
		err = oeo_note_set(why, OEO_ERR_IO, "%s: %s", folder, strerror(errno));
	(void)closedir(directory);
	return err;
}

void oeo_period_keys_sweep(const struct oeo_home *home, const char *plan)
{
	char folder[OEO_PATH_BYTES];

	/* Whole files end in .key; what was being written carries a random ending behind it. It may be another name
	 * of a whole file, so it is not overwritten. */
	if (folder_path(folder, home, plan) == OEO_OK)
		(void)remove_files(folder, "", SUFFIX ".", false, NULL);
}

static enum oeo_err end_record(struct oeo_period_record *record, struct oeo_register *reg,
    const struct oeo_self *self, const char *plan, const char *period, int64_t now_s)
{
	struct oeo_buf message = {0};
	enum oeo_err err = oeo_periods_get(reg, plan, period, record);

	if (err == OEO_OK && record->is_destroyed)
		return OEO_OK;
	if (err == OEO_ERR_NOT_FOUND) {
		memset(record, 0, sizeof(*record));
		(void)snprintf(record->plan, sizeof(record->plan), "%s", plan);
		(void)snprintf(record->period, sizeof(record->period), "%s", period);
		err = OEO_OK;
	}
	if (err == OEO_OK)
		err = oeo_destroyed_signature_input(&message, plan, period);
	if (err == OEO_OK)
		err = sign(record->statement, &message, self);
	if (err == OEO_OK) {
		record->is_destroyed = true;
		record->destroyed_s = now_s;
		err = oeo_periods_end(reg, record);
	}
	oeo_buf_fini(&message);
	return err;
}

enum oeo_err oeo_period_keys_destroy(struct oeo_period_record *record, struct oeo_register *reg,
    const struct oeo_home *home, const struct oeo_self *self, const char *plan,
    const struct oeo_period *period, int64_t now_s, struct oeo_note *why)
{
	char folder[OEO_PATH_BYTES];
	char text[OEO_PERIOD_BYTES];
	char file[OEO_PERIOD_BYTES + sizeof(SUFFIX)];
	enum oeo_err err = folder_path(folder, home, plan);

	oeo_period_format(text, period);
	(void)snprintf(file, sizeof(file), "%s" SUFFIX, text);
	if (err == OEO_OK)
		err = oeo_register_begin(reg);
	if (err == OEO_OK)
		err = end_record(record, reg, self, plan, text, now_s);
	/* Recorded first: from here on nobody is answered, whatever happens to the file. */
	if (err == OEO_OK)
		err = oeo_register_commit(reg);
	if (err != OEO_OK) {
		oeo_register_rollback(reg);
		return oeo_note_set(why, err, _("The register could not be written: %s"), oeo_err_text(err));
	}
	return remove_files(folder, file, SUFFIX, true, why);
}
