/* SPDX-License-Identifier: EUPL-1.2 */
/* A release file and a signature file from anywhere: read without harm; what reads packs to the same release. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/minisig.h"
#include "proto/release.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t pk[OEO_IDENTITY_BYTES] = {1};
	struct oeo_release release = {0};
	struct oeo_release again = {0};
	struct oeo_buf bytes = {0};
	struct oeo_note why;

	if (sodium_init() < 0)
		abort();
	(void)oeo_minisig_verify((const char *)data, size, "", 0, pk);
	if (oeo_release_unpack(&release, data, size, &why) != OEO_OK)
		return 0;
	/* Unknown fields are dropped, so the bytes may differ; what is in them may not. */
	if (oeo_release_pack(&bytes, &release) != OEO_OK ||
	    oeo_release_unpack(&again, bytes.data, bytes.len, &why) != OEO_OK ||
	    memcmp(release.digest, again.digest, OEO_DIGEST_BYTES) != 0 || release.n_tables != again.n_tables)
		abort();
	oeo_release_fini(&release);
	oeo_release_fini(&again);
	oeo_buf_fini(&bytes);
	return 0;
}
