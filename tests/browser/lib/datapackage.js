// SPDX-License-Identifier: EUPL-1.2
// Whether a folder keeps to the Frictionless Data Package and Table Schema standards, version 1: the descriptor, and every
// row of every CSV file against its schema. Only what a tabular data package of ours may hold; anything else is a fault.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";

const PACKAGE = ["profile", "name", "title", "description", "created", "version", "id", "homepage", "contributors", "licenses",
	"sources", "keywords", "resources"];
const RESOURCE = ["name", "path", "title", "description", "profile", "format", "mediatype", "encoding", "bytes", "hash",
	"dialect", "schema", "sources", "licenses"];
const FIELD = ["name", "type", "format", "title", "description", "constraints"];
const SCHEMA = ["fields", "missingValues", "primaryKey", "foreignKeys"];
const TYPES = { string: /^[^]*$/, integer: /^[+-]?\d+$/, number: /^[+-]?\d+(\.\d+)?$/, year: /^\d{4}$/, date: /^\d{4}-\d\d-\d\d$/, boolean: /^(true|false)$/ };

const list = (value) => (Array.isArray(value) ? value : [value]);

function unknown(object, known, where) {
	return Object.keys(object).filter((key) => !known.includes(key)).map((key) => `${where}: ${key} is no property of the standard`);
}

/** Rows of RFC 4180. */
export function readCsv(text) {
	const rows = [];
	let row = [], field = "", isQuoted = false;
	for (let i = 0; i < text.length; i++) {
		const c = text[i];
		if (isQuoted && c === '"' && text[i + 1] === '"')
			field += text[++i];
		else if (c === '"')
			isQuoted = !isQuoted;
		else if (!isQuoted && (c === "," || c === "\n")) {
			row.push(field);
			field = "";
			if (c === "\n")
				rows.push(row.splice(0));
		} else if (isQuoted || c !== "\r")
			field += c;
	}
	return rows;
}

function faultsOfCell(field, text, where) {
	const limits = field.constraints ?? {};
	const faults = [];
	if (text === "")
		return limits.required ? [`${where}: ${field.name} is required`] : [];
	if (!TYPES[field.type].test(text))
		faults.push(`${where}: ${field.name} is no ${field.type}: ${text}`);
	if (limits.minimum !== undefined && Number(text) < limits.minimum)
		faults.push(`${where}: ${field.name} is below its minimum`);
	if (limits.enum !== undefined && !limits.enum.map(String).includes(text))
		faults.push(`${where}: ${field.name} is none of its values: ${text}`);
	if (limits.pattern !== undefined && !new RegExp(`^(?:${limits.pattern})$`).test(text))
		faults.push(`${where}: ${field.name} does not fit its pattern`);
	return faults;
}

function faultsOfRows(resource, rows) {
	const { fields, primaryKey = [] } = resource.schema;
	const names = fields.map((field) => field.name);
	const faults = [];
	const keys = new Set();
	if (rows.length === 0 || rows[0].join() !== names.join())
		return [`${resource.path}: the header is not the schema's`];
	rows.slice(1).forEach((row, i) => {
		const where = `${resource.path}:${i + 2}`;
		if (row.length !== names.length)
			faults.push(`${where}: ${row.length} fields`);
		fields.forEach((field, n) => faults.push(...faultsOfCell(field, row[n] ?? "", where)));
		const key = JSON.stringify(list(primaryKey).map((name) => row[names.indexOf(name)]));
		if (list(primaryKey).length > 0 && keys.has(key))
			faults.push(`${where}: the key stands twice`);
		keys.add(key);
	});
	return faults;
}

function faultsOfSchema(resource, byName, rowsOf) {
	const { schema } = resource;
	const names = schema.fields.map((field) => field.name);
	const faults = unknown(schema, SCHEMA, `${resource.name}.schema`);
	for (const field of schema.fields) {
		faults.push(...unknown(field, FIELD, `${resource.name}.${field.name}`));
		if (!(field.type in TYPES))
			faults.push(`${resource.name}.${field.name}: the type ${field.type} is not known`);
	}
	if (new Set(names).size !== names.length)
		faults.push(`${resource.name}: a field stands twice`);
	for (const name of list(schema.primaryKey ?? []))
		if (!names.includes(name))
			faults.push(`${resource.name}: the key names ${name}, which is no field`);
	for (const { fields, reference } of schema.foreignKeys ?? []) {
		const other = reference.resource === "" ? resource : byName.get(reference.resource);
		const at = other?.schema.fields.findIndex((field) => field.name === list(reference.fields)[0]) ?? -1;
		if (at < 0 || !names.includes(list(fields)[0])) {
			faults.push(`${resource.name}: the reference to ${reference.resource} leads nowhere`);
			continue;
		}
		const known = new Set(rowsOf(other).slice(1).map((row) => row[at]));
		const column = names.indexOf(list(fields)[0]);
		for (const row of rowsOf(resource).slice(1))
			if (row[column] !== "" && !known.has(row[column]))
				faults.push(`${resource.name}: ${row[column]} is not in ${reference.resource}`);
	}
	return faults;
}

function faultsOfResource(folder, resource, byName, rowsOf) {
	const path = join(folder, resource.path);
	const faults = unknown(resource, RESOURCE, resource.name);
	if (!/^[-a-z0-9._/]+$/.test(resource.name))
		faults.push(`${resource.name}: a name has small letters, digits, and . _ - /`);
	if (/^\/|\.\.|:\/\//.test(resource.path) || !existsSync(path))
		return [...faults, `${resource.path} is no file of the package`];
	if (resource.bytes !== undefined && statSync(path).size !== resource.bytes)
		faults.push(`${resource.path} has another size`);
	if (resource.hash?.startsWith("sha256:") &&
	    createHash("sha256").update(readFileSync(path)).digest("hex") !== resource.hash.slice(7))
		faults.push(`${resource.path} has another hash`);
	if (resource.profile !== "tabular-data-resource")
		return faults;
	return [...faults, ...faultsOfSchema(resource, byName, rowsOf), ...faultsOfRows(resource, rowsOf(resource))];
}

/** Every way in which datapackage.json of this folder, or a file that it describes, falls short. */
export function faultsOfPackage(folder) {
	const descriptor = JSON.parse(readFileSync(join(folder, "datapackage.json"), "utf8"));
	const byName = new Map(descriptor.resources.map((resource) => [resource.name, resource]));
	const read = new Map();
	const rowsOf = (resource) => {
		if (!read.has(resource.path))
			read.set(resource.path, readCsv(readFileSync(join(folder, resource.path), "utf8")));
		return read.get(resource.path);
	};
	const faults = unknown(descriptor, PACKAGE, "package");
	if (!/^[-a-z0-9._/]+$/.test(descriptor.name))
		faults.push("the package's name has small letters, digits, and . _ - /");
	if (descriptor.resources.length === 0 || byName.size !== descriptor.resources.length)
		faults.push("resources need names of their own, and there must be one");
	if (Number.isNaN(Date.parse(descriptor.created)))
		faults.push("created is no moment");
	for (const licence of descriptor.licenses)
		if (licence.name === undefined && licence.path === undefined)
			faults.push("a licence needs a name or a path");
	for (const source of [...descriptor.contributors, ...descriptor.sources])
		if (typeof source.title !== "string")
			faults.push("a contributor or source needs a title");
	return [...faults, ...descriptor.resources.flatMap((resource) => faultsOfResource(folder, resource, byName, rowsOf))];
}
