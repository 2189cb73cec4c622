// SPDX-License-Identifier: EUPL-1.2
// Sites to look at: releases of every odd kind (site_releases.c), exported by oeo-export into a folder of their own.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const build = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../../..", process.env.OEO_BUILD ?? "build/asan");

function filesUnder(folder, end) {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		return entry.isDirectory() ? filesUnder(path, end) : entry.name.endsWith(end) ? [path] : [];
	});
}

export class Sites {
	constructor() {
		this.folder = mkdtempSync(join(tmpdir(), "oeo-site-"));
		execFileSync(join(build, "tests/site_releases"), [this.folder]);
		this.make("full", "nl");
		this.make("one", "nl");
		this.make("hidden", "en");
		this.make("areas", "nl");
		this.make("hostile", "nl");
	}

	/** Export the releases of one kind. */
	make(kind, language) {
		execFileSync(join(build, "bin/oeo-export"), ["site", ...filesUnder(join(this.folder, kind), ".oeorel"),
			"--out", this.path(kind)], { env: { ...process.env, OEO_LANG: language }, stdio: "pipe" });
	}

	path(kind, name = "") {
		return join(this.folder, `site-${kind}`, name);
	}

	url(kind, name) {
		return pathToFileURL(this.path(kind, name)).href;
	}

	read(kind, name) {
		return readFileSync(this.path(kind, name), "utf8");
	}

	/** Every page, relative to the site. */
	pages(kind) {
		return filesUnder(this.path(kind), ".html").map((path) => relative(this.path(kind), path)).sort();
	}

	remove() {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
