// SPDX-License-Identifier: EUPL-1.2
// The pages that oeo-agent writes to files: the mirror and the way of one question. Accessible, by day and by night, on a
// phone and on paper, with nothing from elsewhere and no script.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launch, open, shot, tooSmall, violations } from "./lib/browser.js";
import { Agent, root } from "./lib/form.js";

let agent, browser;
const papers = {};

before(async () => {
	agent = new Agent("almelo");
	const data = (name) => join(root, "tests/data/almelo", `${name}.csv`);
	const mapping = (name) => join(root, "proto/plans/almelo/mappings", `${name}.yaml`);
	agent.agent("import", data("klientenraad"), "--mapping", mapping("klientenraad"));
	// names that are nearly the same, for the list of suspects
	const twins = join(agent.folder, "twins.csv");
	writeFileSync(twins, "id,tijdstip,tussenvoegsel,achternaam,geboortedatum,postcode,rubriek,knelpunt,kanaal,uitkomst,toelichting\n" +
		"t1,2026-08-03T10:00:00,,Jansen,1950-03-04,7601AB,WO01,KN04,KA01,UK01,x\n" +
		"t2,2026-08-04T10:00:00,,Janssen,1950-03-04,7601AB,WO01,KN04,KA01,ZZ77,x\n");
	agent.agent("import", twins, "--mapping", mapping("bga"));
	const write = (name, ...command) => {
		const file = join(agent.folder, `${name}.html`);
		agent.agent(...command, "--html", file);
		papers[name] = pathToFileURL(file).href;
	};
	write("way", "preview", "--way");
	write("mirror", "mirror");
	write("mirror-quarter", "mirror", "--period", "2026-Q3");
	browser = await launch();
});

after(async () => {
	await browser?.close();
	await agent?.remove();
});

describe("every paper is accessible", () => {
	for (const name of ["way", "mirror", "mirror-quarter"]) {
		for (const scheme of ["light", "dark"]) {
			for (const width of [320, 1280]) {
				test(`${name}, ${scheme}, ${width}`, async () => {
					const page = await open(browser, { scheme, width, origin: papers[name] });
					await page.goto(papers[name]);
					await shot(page, `paper-${name}-${scheme}-${width}`);
					assert.deepEqual(await violations(page), []);
					assert.deepEqual(await tooSmall(page), []);
					assert.deepEqual(page.faults, []);
					assert.equal(await page.locator("script").count(), 0);
					await page.context().close();
				});
			}
		}

		test(`${name} prints`, async () => {
			const page = await open(browser);
			await page.goto(papers[name]);
			const pdf = await page.pdf({ format: "A4" });
			const pages = (pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g) ?? []).length;
			assert.ok(pages >= 1 && pages <= 15, `${pages} pages`);
			await page.context().close();
		});
	}
});
