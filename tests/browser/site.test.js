// SPDX-License-Identifier: EUPL-1.2
// The site in Chromium, from a folder without a server: accessible on every kind of page, in light, dark and print, from
// a phone to a wide screen, with scripts and without; its HTML valid, its data package true.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { launch, open, shot, violations } from "./lib/browser.js";
import { faultsOfPackage } from "./lib/datapackage.js";
import { faultsByStandard } from "./lib/frictionless.js";
import { Sites } from "./lib/site.js";

/** One page of every kind; the others of a kind differ in their numbers only. */
const KINDS = ["index.html", "themes/index.html", "themes/WO.html", "subjects/area.html", "subjects/barrier.html",
	"trends/index.html", "signals/index.html", "account/index.html", "downloads/index.html", "2027-Q4/index.html",
	"2025/index.html", "2025-03/index.html"];
const ODD = [["one", "index.html"], ["one", "themes/WO.html"], ["one", "trends/index.html"], ["one", "subjects/area.html"],
	["hidden", "index.html"], ["hidden", "themes/WO.html"], ["hidden", "subjects/area.html"], ["hidden", "account/index.html"],
	["hostile", "index.html"], ["hostile", "themes/A3.html"], ["hostile", "themes/A4.html"], ["hostile", "subjects/spot.html"],
	["areas", "subjects/area.html"]];

/* Dark and print change colours and layout, not what stands on a page: the pages that differ most. */
const SOME = [["full", "index.html"], ["full", "themes/WO.html"], ["full", "subjects/area.html"], ["full", "trends/index.html"],
	["full", "account/index.html"], ["hidden", "themes/WO.html"], ["hostile", "themes/A3.html"]];
const ALL = [...KINDS.map((name) => ["full", name]), ...ODD];

let sites, browser;

before(async () => {
	sites = new Sites();
	browser = await launch();
});

after(async () => {
	await browser?.close();
	sites?.remove();
});

const look = (options = {}) => open(browser, { origin: "file:", ...options });

/** How far the page is wider than its window, in pixels. */
const tooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function visit(page, kind, name, note) {
	await page.goto(sites.url(kind, name));
	assert.equal(await tooWide(page), 0, `${kind}/${name} scrolls sideways ${note}`);
}

const picture = (page, kind, name, note) => shot(page, `site-${kind}-${name.replace(/\.html$/, "").replaceAll("/", "-")}-${note}`);

describe("every kind of page is accessible", () => {
	// bare: as without scripts; axe itself cannot run where a browser has them off
	for (const { scheme, width, media, isBare, pages } of [{ scheme: "light", width: 1440, pages: ALL },
		{ scheme: "dark", width: 320, pages: SOME }, { scheme: "light", width: 768, media: "print", pages: SOME.slice(0, 5) },
		{ scheme: "dark", width: 768, isBare: true, pages: SOME.slice(0, 4) }]) {
		const note = `${media ?? scheme}-${width}${isBare ? "-bare" : ""}`;
		test(`axe-core finds nothing, ${note}`, async () => {
			const check = async (part) => {
				const page = await look({ width, scheme });
				await page.emulateMedia({ media: media ?? "screen", colorScheme: scheme });
				if (isBare)
					await page.route("**/assets/oeo.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
				for (const [kind, name] of part) {
					await visit(page, kind, name, note);
					assert.equal(await page.locator("th button").count() > 0 && isBare === true, false);
					assert.deepEqual(await violations(page), [], `${kind}/${name}, ${note}`);
					await picture(page, kind, name, note);
				}
				assert.deepEqual(page.faults, []);
				await page.context().close();
			};
			await Promise.all([0, 1].map((half) => check(pages.filter((_, i) => i % 2 === half))));
		});
	}

	test("no page scrolls sideways on a phone, a tablet or a wide screen, with scripts and without", async () => {
		for (const script of [true, false]) {
			const page = await look({ script });
			for (const width of script ? [320, 768, 1440, 2560] : [320]) {
				await page.setViewportSize({ width, height: 900 });
				for (const [kind, name] of ALL)
					await visit(page, kind, name, `${width}, scripts ${script}`);
			}
			await page.context().close();
		}
	});
});

describe("the quarter in short", () => {
	test("all findings stand on one screen", async () => {
		const page = await look({ width: 1280, height: 800 });
		await page.goto(sites.url("full", "index.html"));
		assert.ok(await page.locator(".highlights li").count() >= 5);
		const { y, height } = await page.locator(".highlights").boundingBox();
		assert.ok(y + height <= 800, `they end at ${Math.round(y + height)}`);
		await page.context().close();
	});

	test("it is one sheet of paper, and nothing else stands on that", async () => {
		const page = await look();
		await page.goto(sites.url("full", "index.html"));
		const sheets = async () => (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page[^s]/g).length;
		const whole = await sheets();
		assert.ok(whole > 1);
		await page.evaluate(() => document.querySelectorAll(".content > section, footer").forEach((rest) => rest.remove()));
		assert.equal(await sheets(), 1);
		await page.context().close();
	});
});

describe("a map with more areas than it has room for names", () => {
	test("every area has a number, and the list beside the map its name and figure", async () => {
		const page = await look({ script: false });
		await page.goto(sites.url("areas", "subjects/area.html"));
		const map = page.locator("section[aria-labelledby=table-year-ward] .map-figure");
		const numbers = await map.locator("svg text.place").allTextContents();
		assert.ok(numbers.length > 16);
		assert.deepEqual(numbers, numbers.map((_, i) => String(i + 1)));
		const rows = await map.locator(".map-list li").evaluateAll((items) => items.map((item) => [item.dataset.code, item.textContent]));
		assert.deepEqual(rows.map(([code]) => code), await map.locator("path.area").evaluateAll((areas) => areas.map((area) => area.dataset.code)));
		for (const [, text] of rows)
			assert.match(text, /^\S.* (\d[\d.,]*|\.)$/);
		assert.ok(await map.locator(".map-list").isVisible());
		await page.context().close();
	});

	test("a map with few areas names them, and on a phone lists them", async () => {
		const page = await look({ script: false });
		await page.goto(sites.url("full", "subjects/area.html"));
		const seen = async () => [await page.locator(".map .name").first().isVisible(), await page.locator(".map .number").first().isVisible(),
			await page.locator(".map-list").isVisible()];
		assert.deepEqual(await seen(), [true, false, false]);
		await page.setViewportSize({ width: 320, height: 700 });
		assert.deepEqual(await seen(), [false, true, true]);
		await page.context().close();
	});
});

describe("by keyboard", () => {
	test("the first stop skips to the content", async () => {
		const page = await look();
		await page.goto(sites.url("full", "subjects/area.html"));
		await page.keyboard.press("Tab");
		assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#main");
		await page.keyboard.press("Enter");
		assert.equal(await page.evaluate(() => document.activeElement.id), "main");
		await page.context().close();
	});

	test("every link of the bar is a stop, with a visible outline, in the order in which it stands", async () => {
		const page = await look();
		await page.goto(sites.url("full", "subjects/area.html"));
		const bar = await page.evaluate(() => [...document.querySelectorAll("header a")].map((a) => a.textContent));
		await page.keyboard.press("Tab");
		for (const text of bar) {
			await page.keyboard.press("Tab");
			assert.equal(await page.evaluate(() => document.activeElement.textContent), text);
			assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none");
		}
		await page.context().close();
	});

	test("every page of the bar is reached, and says which it is", async () => {
		const page = await look();
		await page.goto(sites.url("full", "index.html"));
		const links = await page.evaluate(() => [...document.querySelectorAll("nav.bar a")].map((a) => a.href));
		assert.ok(links.length >= 9);
		for (const link of links) {
			await page.goto(link);
			assert.equal(await page.evaluate(() => document.querySelector("nav.bar [aria-current=page]").href), link);
		}
		await page.context().close();
	});
});

describe("what the script adds", () => {
	const column = (page, n) => page.evaluate((i) => [...document.querySelectorAll("details[open] tbody tr")]
		.filter((row) => !row.hidden).map((row) => row.cells[i].textContent.trim()), n);

	test("a table sorts by a number and back, and what is not shown stays last in the plan's order", async () => {
		const page = await look();
		await page.goto(sites.url("one", "themes/index.html"));
		await page.click("details summary");
		const labels = await column(page, 0);
		await page.click("details[open] th.number button");
		assert.equal((await column(page, 1))[0], "21");
		assert.deepEqual(await column(page, 0), ["Wonen", ...labels.filter((label) => label !== "Wonen")]);
		await page.keyboard.press("Enter");
		assert.equal((await column(page, 1))[0], "21");
		assert.equal(await page.getAttribute("details[open] th.number", "aria-sort"), "ascending");
		await page.context().close();
	});

	test("a long table is filtered as one types, and says how much is left", async () => {
		const page = await look();
		await page.goto(sites.url("full", "themes/index.html"));
		await page.locator("#table-category ~ details summary").click();
		await page.locator("#table-category ~ details input[type=search]").fill("schulden");
		assert.ok((await column(page, 0)).every((text) => /schulden/i.test(text)));
		assert.match(await page.locator("#table-category ~ details [role=status]").textContent(), /^\d+ van \d+ regels$/);
		await page.context().close();
	});

	test("the name of an area marks it on the map, by keyboard too", async () => {
		const page = await look();
		await page.goto(sites.url("areas", "subjects/area.html"));
		const map = page.locator("section[aria-labelledby=table-year-ward]");
		const marked = () => map.locator(".marked").evaluateAll((parts) => parts.map((part) => part.localName).sort());
		await map.locator(".map-list button").nth(2).focus();
		assert.deepEqual(await marked(), ["li", "path", "tr"]);
		await page.keyboard.press("Tab");
		assert.deepEqual(await marked(), ["li", "path", "tr"]);
		await page.keyboard.press("Enter");
		await page.keyboard.press("Tab");
		assert.deepEqual(await marked(), ["li", "li", "path", "path", "tr", "tr"]);
		assert.equal(await map.locator("button[aria-pressed=true]").count(), 1);
		await page.context().close();
	});

	test("without scripts all tables, charts and links are there", async () => {
		const page = await look({ script: false });
		await page.goto(sites.url("full", "subjects/area.html"));
		assert.ok(await page.locator("svg.map path.area").count() >= 12);
		assert.ok(await page.locator("table").count() >= 2);
		assert.equal(await page.locator("th button, input").count(), 0);
		await page.locator("details summary").first().click();
		assert.ok(await page.locator("details[open] table").isVisible());
		await page.context().close();
	});

	test("on paper every table is open and the bar of pages is gone", async () => {
		const page = await look({ width: 768 });
		await page.goto(sites.url("full", "subjects/area.html"));
		await page.emulateMedia({ media: "print" });
		assert.equal(await page.locator("nav.bar").isVisible(), false);
		assert.ok(await page.locator("details table").first().isVisible());
		await page.context().close();
	});
});

test("a municipality's tokens count, by the names of the candidates and of the community", async () => {
	const seen = (page) => page.evaluate(() => [getComputedStyle(document.querySelector("main a")).color,
		getComputedStyle(document.querySelector("h1")).color, getComputedStyle(document.body).fontFamily]);
	for (const tokens of ["--nl-link-color: #00457c; --nl-heading-level-1-color: #102030; --nl-paragraph-font-family: Verdana",
		"--utrecht-link-color: #00457c; --utrecht-heading-color: #102030; --utrecht-document-font-family: Verdana"]) {
		const page = await look();
		await page.goto(sites.url("full", "index.html"));
		await page.addStyleTag({ content: `:root { ${tokens} }` });
		assert.deepEqual(await seen(page), ["rgb(0, 69, 124)", "rgb(16, 32, 48)", "Verdana"], tokens);
		await page.context().close();
	}
});

test("hostile labels come out as text", async () => {
	const page = await look();
	for (const name of sites.pages("hostile")) {
		await page.goto(sites.url("hostile", name));
		assert.doesNotMatch(await page.title(), /^gehackt$/);
		assert.equal(await page.locator("script:not([src])").count(), 0);
	}
	assert.match(await page.locator("body").textContent(), /<script>document\.title/);
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

test("what is counted, and who counts twice, stands on every page with numbers", async () => {
	const page = await look();
	for (const name of KINDS.filter((kind) => !/^(account|downloads)/.test(kind))) {
		await page.goto(sites.url("full", name));
		const counted = page.locator(".counted");
		assert.match(await counted.textContent(), /^Inwoners: .* telt één keer\..*Vragen: /, name);
		assert.match(await counted.locator("a").getAttribute("href"), /account\/index\.html#words$/, name);
	}
	await page.context().close();
});

test("every link of every page leads to something", () => {
	for (const kind of ["full", "one", "hidden", "areas", "hostile"])
		for (const name of sites.pages(kind)) {
			const html = sites.read(kind, name);
			for (const [, href] of html.matchAll(/ (?:href|src)="([^"]*)"/g)) {
				const target = new URL(href, sites.url(kind, name));
				assert.equal(target.protocol, "file:", `${kind}/${name}: ${href}`);
				assert.ok(existsSync(target), `${kind}/${name}: ${href} leads nowhere`);
				const id = decodeURIComponent(target.hash.slice(1));
				if (id !== "")
					assert.ok(sites.read(kind, decodeURIComponent(target.pathname).slice(sites.path(kind).length))
						.includes(` id="${id}"`), `${kind}/${name}: ${href} has no such place`);
			}
		}
});

test("the HTML of every page is valid", async () => {
	const validator = new HtmlValidate({
		root: true, extends: ["html-validate:recommended"],
		// the writer's own notation, and titles that are as long as a label may be
		rules: { "attribute-boolean-style": "off", "attribute-empty-style": "off", "void-style": "off", "long-title": "off" },
	});
	for (const kind of ["full", "one", "hidden", "areas", "hostile"])
		for (const name of sites.pages(kind).filter((n) => kind === "full" || (kind === "areas" ? /^subjects\/area/ : /^(?!themes\/(?!WO|A|index))/).test(n))) {
			const report = await validator.validateString(sites.read(kind, name), name);
			const faults = report.results.flatMap((r) => r.messages.map((m) => `${m.ruleId}: ${m.message} (${m.selector})`));
			assert.deepEqual(faults, [], `${kind}/${name}`);
		}
});

test("the data packages hold what ours may hold, and every file keeps to its schema", () => {
	for (const kind of ["full", "one", "hidden", "areas", "hostile"])
		assert.deepEqual(faultsOfPackage(sites.path(kind)), [], kind);
});

test("the data packages keep to the JSON schemas of the Frictionless standard, and their rows to its Table Schema", async () => {
	for (const kind of ["full", "one", "hidden", "areas", "hostile"])
		assert.deepEqual(await faultsByStandard(sites.path(kind)), [], kind);
});

describe("that standard finds what is wrong", () => {
	/** The package of one release with something changed in one of its files. */
	async function spoiled(name, from, to) {
		const text = sites.read("one", name);
		assert.match(text, from);
		writeFileSync(sites.path("one", name), text.replace(from, to));
		try {
			return await faultsByStandard(sites.path("one"));
		} finally {
			writeFileSync(sites.path("one", name), text);
		}
	}

	for (const [what, name, from, to] of [
		["a property that has another type", "datapackage.json", /"created": *"[^"]*"/, '"created": 2025'],
		["a name with signs that a name may not have", "datapackage.json", /"name": *"ogen-en-oren-almelo"/, '"name": "Ogen & Oren"'],
		["a field of an unknown type", "datapackage.json", /"type": *"integer"/, '"type": "count"'],
		["a number that is none", "2025-Q1/theme.csv", /,21,/, ",many,"],
		["a code that its list does not have", "2025-Q1/theme.csv", /\bWO\b/, "W0"],
		["a header that is not the schema's", "2025-Q1/theme.csv", /residents/, "people"],
	])
		test(what, async () => assert.notDeepEqual(await spoiled(name, from, to), []));
});
