/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Results of functions that can fail, and the sentence that tells a person why.
 *
 * Values go out through parameters and are written only on OEO_OK. A negative privacy outcome (a cell
 * below its threshold, an unopened tag) is a result, never an error.
 */
#ifndef OEO_PROTO_ERR_H
#define OEO_PROTO_ERR_H

enum oeo_err {
	OEO_OK = 0,
	OEO_ERR_NOMEM, /* out of memory */
	OEO_ERR_IO, /* file, disk or socket failed */
	OEO_ERR_FORMAT, /* malformed or non-canonical input */
	OEO_ERR_RANGE, /* well-formed but outside what is allowed */
	OEO_ERR_CRYPTO, /* signature, proof or authentication failed */
	OEO_ERR_NOT_FOUND, /* no such thing */
	OEO_ERR_EXISTS, /* exists already and is not overwritten */
	OEO_ERR_CONFLICT, /* contradicts what is stored */
	OEO_ERR_REFUSED, /* a peer or a rule said no */
	OEO_ERR_AWAY, /* a peer does not answer */
	OEO_ERR_STATE, /* not now: something else has to happen first */
	OEO_ERR_USAGE, /* wrong command line or configuration */
	OEO_ERR_INTERNAL /* a fault of this program */
};

/* Return a short English name of the error, for logs; static, never NULL. */
const char *oeo_err_str(enum oeo_err err);

/*
 * Return what failed in a few words for a person, in the chosen language, without capital or full stop, so that it can
 * stand alone or within a sentence; static, never NULL.
 */
const char *oeo_err_text(enum oeo_err err);

#define OEO_NOTE_BYTES 1024

/*
 * Why something failed, as one sentence for the person at the terminal, with file:line where there is
 * one and what to do next. Never holds an identity, free text, a key or a number that the gate hides.
 */
struct oeo_note {
	char text[OEO_NOTE_BYTES];
};

/*
 * Format into note (cut at its size); note may be NULL. Return err, so that a failing function can end
 * with `return oeo_note_set(note, OEO_ERR_RANGE, ...)`.
 */
enum oeo_err oeo_note_set(struct oeo_note *note, enum oeo_err err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
