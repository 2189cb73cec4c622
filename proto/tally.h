/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The sealed tally: what an agent derives from the keyholders' outputs, and how a collector opens a cell
 * that k distinct residents back (PROTOCOL.md, Derivations and Opening a cell; STAR, Davidson et al., CCS
 * 2022, with the changes named there). Pure functions; no I/O, no state.
 */
#ifndef OEO_PROTO_TALLY_H
#define OEO_PROTO_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"
#include "proto/err.h"
#include "proto/voprf.h"

#define OEO_TAG_BYTES 16
#define OEO_X_BYTES 16
#define OEO_LABEL_KEY_BYTES 32
#define OEO_LABEL_MAC_BYTES 16
#define OEO_LABEL_BLOCK_BYTES 128
#define OEO_WALK_IN_KEY_BYTES 32
#define OEO_MAX_KEYHOLDERS 8
#define OEO_MAX_K 4096

/* a_0 from n keyholders' outputs (n * OEO_OUTPUT_BYTES, in the plan's order) of the cell name. */
void oeo_tally_cell_secret(uint8_t a0[OEO_SCALAR_BYTES], const uint8_t *outputs, size_t n);

/* The tag under which the collector groups the cell's reports. Public once sent. */
void oeo_tally_tag(uint8_t tag[OEO_TAG_BYTES], const uint8_t a0[OEO_SCALAR_BYTES]);

/* coefficients[0..k-1] of the cell's polynomial (k * OEO_SCALAR_BYTES); coefficients[0] = a0. */
void oeo_tally_coefficients(uint8_t *coefficients, const uint8_t a0[OEO_SCALAR_BYTES], unsigned k);

/* x of a resident in a cell, from n keyholders' outputs of the share input. */
void oeo_tally_share_x(uint8_t x[OEO_X_BYTES], const uint8_t *outputs, size_t n);

/* x of a walk-in: keyed by the agent's walk-in key of the period; cell name US ISO week. OEO_ERR_FORMAT:
 * week is not one of oeo_day_format_week. */
enum oeo_err oeo_tally_walk_in_x(uint8_t x[OEO_X_BYTES], const uint8_t key[OEO_WALK_IN_KEY_BYTES],
    const void *cell_name, size_t cell_len, const char *week);

/* y = a_0 + a_1 x + ... mod L. OEO_ERR_RANGE: x is zero, or k is not 1..OEO_MAX_K. */
enum oeo_err oeo_tally_share_y(
    uint8_t y[OEO_SCALAR_BYTES], const uint8_t *coefficients, unsigned k, const uint8_t x[OEO_X_BYTES]);

/* True where (x, y) lies on the polynomial; x zero or y not canonical never does. About 1 us at k = 10. */
bool oeo_tally_share_is_on(
    const uint8_t *coefficients, unsigned k, const uint8_t x[OEO_X_BYTES], const uint8_t y[OEO_SCALAR_BYTES]);

/*
 * Interpolate a_0 at zero from k shares (xs: k * OEO_X_BYTES, ys: k * OEO_SCALAR_BYTES), one batched
 * inversion. OEO_ERR_RANGE: an x is zero or stands twice, or k is not 1..OEO_MAX_K; OEO_ERR_FORMAT: a y is
 * not canonical; OEO_ERR_NOMEM. The result says nothing yet: the caller compares its tag.
 */
enum oeo_err oeo_tally_interpolate(
    uint8_t a0[OEO_SCALAR_BYTES], const uint8_t *xs, const uint8_t *ys, unsigned k);

/* Bytes of a label's plaintext: n elements and a cell name of name_len bytes, padded by ISO 7816-4 to the
 * smallest multiple of 128. The sealed label is OEO_LABEL_MAC_BYTES longer. */
size_t oeo_label_plain_bytes(size_t n_keyholders, size_t name_len);

/*
 * Seal a label: message = unblinded (n * OEO_ELEMENT_BYTES) || cell name, padded to plain_bytes (a value of
 * oeo_label_plain_bytes for the longest name of the table). Appends plain_bytes + OEO_LABEL_MAC_BYTES to
 * label. OEO_ERR_RANGE: it does not fit, or n is not 1..OEO_MAX_KEYHOLDERS; OEO_ERR_NOMEM.
 */
enum oeo_err oeo_label_seal(struct oeo_buf *label, const uint8_t a0[OEO_SCALAR_BYTES],
    const uint8_t *unblinded, size_t n, const void *cell_name, size_t cell_len, size_t plain_bytes);

/*
 * Open a label under a_0 and check that it is bound to it: authenticated with tag as additional data,
 * every N_i canonical and not the identity, and the cell secret recomputed from N_i and the name equals
 * a_0. Appends the cell name to name. OEO_ERR_CRYPTO: forged, of another cell or not bound; the caller has
 * still to check that plan, k, table and period are its row's. OEO_ERR_NOMEM.
 */
enum oeo_err oeo_label_open(struct oeo_buf *name, const uint8_t a0[OEO_SCALAR_BYTES], const uint8_t *label,
    size_t label_len, size_t n);

/* BLAKE2b-256 of the period's keys (PROTOCOL.md, key digest): n keyholders in the plan's order, each array
 * n * 32 bytes. OEO_ERR_FORMAT: plan or period may not reach a name; OEO_ERR_RANGE: n is not
 * 1..OEO_MAX_KEYHOLDERS; OEO_ERR_NOMEM. */
enum oeo_err oeo_key_digest(uint8_t digest[32], const char *plan, const char *period,
    const uint8_t *identity_pks, const uint8_t *resident_pks, const uint8_t *cell_pks, size_t n);

/* What a keyholder signs for a period's keys: "oeo1 keys" US plan US period US || resident pk || cell pk.
 * Appended to message. OEO_ERR_FORMAT as above, OEO_ERR_NOMEM; message is then unchanged. */
enum oeo_err oeo_key_signature_input(struct oeo_buf *message, const char *plan, const char *period,
    const uint8_t resident_pk[OEO_ELEMENT_BYTES], const uint8_t cell_pk[OEO_ELEMENT_BYTES]);

/* What a keyholder signs when a period's keys are gone: "oeo1 destroyed" US plan US period. As above. */
enum oeo_err oeo_destroyed_signature_input(struct oeo_buf *message, const char *plan, const char *period);

#endif
