/* SPDX-License-Identifier: EUPL-1.2 */
/* form_home FOLDER PLAN_FOLDER: make FOLDER/agent, an agent's home in which the plan is accepted. */
#include "tests/unit/form_world.h"

int main(int argc, char **argv)
{
	if (argc != 3) {
		(void)fprintf(stderr, "usage: form_home FOLDER PLAN_FOLDER\n");
		return 2;
	}
	form_world_make(argv[1], argv[2]);
	return 0;
}
