// SPDX-License-Identifier: EUPL-1.2
// An agent in a temporary home with an accepted plan, serving its form on a free port.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../..", import.meta.url));
const build = resolve(root, process.env.OEO_BUILD ?? "build/asan");
const environment = { ...process.env, OEO_LANG: "nl", ASAN_OPTIONS: "detect_leaks=0:exitcode=99", TZ: "Europe/Amsterdam" };

export const NOW = "2026-11-21T10:00:00";

export class Agent {
	constructor(plan = "almelo") {
		this.folder = mkdtempSync(join(tmpdir(), "oeo-browser."));
		this.home = join(this.folder, "agent");
		execFileSync(join(build, "tests/form_home"), [this.folder, resolve(root, "proto/plans", plan)]);
	}

	agent(...args) {
		return execFileSync(join(build, "bin/oeo-agent"), [...args, "--home", this.home, "--now", NOW], { env: environment, encoding: "utf8" });
	}

	setPassword(whose, password) {
		const file = join(this.folder, "password");
		writeFileSync(file, `${password}\n`, { mode: 0o600 });
		this.agent("form", "password", "--for", whose, "--file", file);
		rmSync(file);
	}

	/** Start it; ends when it listens. */
	start(port = 0) {
		this.said = "";
		this.child = spawn(join(build, "bin/oeo-agent"),
			["form", "--home", this.home, "--now", NOW, "--port", String(port)], { env: environment, stdio: ["ignore", "ignore", "pipe"] });
		return new Promise((done, failed) => {
			this.child.stderr.setEncoding("utf8");
			this.child.stderr.on("data", (text) => {
				this.said += text;
				const url = /listening on (http:\S+)/.exec(this.said);
				if (url) {
					this.url = url[1];
					done(this.url);
				}
			});
			this.child.on("exit", (code) => failed(new Error(`the form stopped (${code}): ${this.said}`)));
		});
	}

	/** Stop it: "SIGTERM" as a person would, "SIGKILL" as a power cut would. */
	stop(signal = "SIGTERM") {
		return new Promise((done) => {
			if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) {
				done(0);
				return;
			}
			this.child.removeAllListeners("exit");
			this.child.on("exit", (code) => done(code));
			this.child.kill(signal);
		});
	}

	/** Write to the ledger as a long import does, until the function that is returned is called. */
	async holdLedger() {
		const child = spawn("sqlite3", [join(this.home, "ledger.db")], { stdio: ["pipe", "pipe", "inherit"] });
		child.stdin.write(".timeout 5000\nBEGIN IMMEDIATE;\nSELECT 'held';\n");
		await new Promise((done) => child.stdout.once("data", done));
		return () => new Promise((done) => {
			child.on("exit", done);
			child.stdin.end("ROLLBACK;\n");
		});
	}

	async remove() {
		await this.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}
}
