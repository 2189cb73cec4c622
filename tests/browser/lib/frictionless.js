// SPDX-License-Identifier: EUPL-1.2
// The data package by the standard's own measure: Frictionless Data's library with the JSON schemas of the standard
// (profiles tabular-data-package and tabular-data-resource) for the descriptor, and its Table Schema for every row, key
// and reference of every file.
import { join } from "node:path";
import datapackage from "datapackage";

const reasons = (error) => (error.errors?.length > 0 ? error.errors.flatMap(reasons) : [error.message]);

async function faultsOfRows(resource) {
	try {
		await resource.checkRelations();
		return [];
	} catch (error) {
		return reasons(error).map((reason) => `${resource.name}: ${reason}`);
	}
}

/** Every way in which datapackage.json of this folder, or a file that it describes, breaks the standard. */
export async function faultsByStandard(folder) {
	const loaded = await datapackage.Package.load(join(folder, "datapackage.json"));
	if (!loaded.valid)
		return loaded.errors.flatMap(reasons);
	if (loaded.descriptor.profile !== "tabular-data-package")
		return [`the profile is ${loaded.descriptor.profile}`];
	const faults = [];
	for (const resource of loaded.resources)
		faults.push(...(resource.tabular ? await faultsOfRows(resource) : []));
	return faults;
}
