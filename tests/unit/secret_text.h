/* SPDX-License-Identifier: EUPL-1.2 */
/* A passphrase as programs hold it. */
#ifndef OEO_TESTS_SECRET_TEXT_H
#define OEO_TESTS_SECRET_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "proto/secret.h"

/* Owned by the caller: oeo_secret_fini. */
static inline struct oeo_secret secret_text(const char *text)
{
	struct oeo_secret secret = {NULL, 0};

	assert_int_equal(oeo_secret_init(&secret, strlen(text)), OEO_OK);
	memcpy(secret.bytes, text, strlen(text));
	return secret;
}

#endif
