# SPDX-License-Identifier: EUPL-1.2
# cmake -DINPUT=FILE -DOUTPUT=FILE.c -DNAME=name -P embed.cmake: the bytes of INPUT as `name` and `name_bytes`.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
file(WRITE ${OUTPUT} "/* Made by embed.cmake. */
#include <stddef.h>

extern const unsigned char ${NAME}[];
extern const size_t ${NAME}_bytes;

const unsigned char ${NAME}[] = {
${hex}
};
const size_t ${NAME}_bytes = sizeof(${NAME});
")
