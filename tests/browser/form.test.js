// SPDX-License-Identifier: EUPL-1.2
// The form at the desk in Chromium: accessible in every state, quick by keyboard, whole without JavaScript.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, open, shot, tooSmall, violations } from "./lib/browser.js";
import { Agent } from "./lib/form.js";

let agent, browser, url;

before(async () => {
	agent = new Agent("almelo");
	agent.setPassword("coordinator", "coordinator van dienst");
	url = await agent.start();
	browser = await launch();
});

after(async () => {
	await browser?.close();
	await agent?.remove();
});

const visit = (options = {}) => open(browser, { origin: url, ...options });

async function found(page, words) {
	await page.fill("#q", "");
	await page.keyboard.type(words);
	await page.waitForFunction((w) => document.querySelector("input[name=searched]").value === w, words);
}

/** Keys pressed and clicks, counted as a person makes them. */
class Hand {
	constructor(page) {
		this.page = page;
		this.count = 0;
	}

	async type(text) {
		for (const key of text)
			await this.press(key === " " ? "Space" : key);
	}

	async press(key) {
		this.count++;
		await this.page.keyboard.press(key);
	}

	async click(selector) {
		this.count++;
		await this.page.click(selector);
	}
}

async function logIn(page) {
	await page.goto(`${url}login`);
	await page.fill("#password", "coordinator van dienst");
	await Promise.all([page.waitForURL(/entered/), page.click("button.first")]);
}

async function saveNameless(page, words = "schulden") {
	await page.goto(url);
	await found(page, words);
	await page.click("#results .tile label");
	await page.click("label[for=nameless]");
	await page.click("button.first");
	await page.waitForSelector(".saved");
}

// ---- every state of every page, by day and by night, on a phone and on a desk

const states = {
	new: (page) => page.goto(url),
	async found(page) {
		await page.goto(url);
		await found(page, "te weinig geld");
	},
	async "nothing found"(page) {
		await page.goto(url);
		await found(page, "xqzw");
	},
	async topics(page) {
		await page.goto(url);
		await page.click("details.more > summary");
		await page.click("details.theme > summary");
	},
	async faults(page) {
		await page.goto(url);
		await page.fill("#f-birthdate", "31-2-1950");
		await page.fill("#f-postcode", "onbekend");
		await page.click("button.first");
		await page.waitForSelector("#faults");
	},
	saved: (page) => saveNameless(page),
	async visitor(page) {
		await saveNameless(page);
		await page.click("text=Nog een vraag van deze bezoeker");
		await page.waitForSelector("h1:has-text('Nog een vraag')");
	},
	async tally(page) {
		await page.goto(`${url}tally`);
		await page.click("details.theme > summary");
		await page.click("details[open] .mark-button");
		await page.waitForSelector(".count");
		await page.click("details.more > summary");
	},
	paper: (page) => page.goto(`${url}paper`),
	async "paper faults"(page) {
		await page.goto(`${url}paper`);
		await page.fill(".numbers input >> nth=0", "veel");
		await page.click("button.first");
		await page.waitForSelector("#faults");
	},
	sheet: (page) => page.goto(`${url}sheet`),
	async entered(page) {
		await saveNameless(page);
		await page.goto(`${url}entered`);
	},
	async correct(page) {
		await saveNameless(page);
		await page.goto(`${url}entered`);
		await page.click(".entered a");
		await page.waitForSelector(".away");
	},
	login: (page) => page.goto(`${url}login`),
	async "login wrong"(page) {
		await page.goto(`${url}login`);
		await page.fill("#password", "niet dit wachtwoord");
		await page.click("button.first");
		await page.waitForSelector("#faults");
	},
	async coordinator(page) {
		await saveNameless(page);
		await logIn(page);
		await page.waitForSelector(".entered li");
	},
	async "coordinator corrects"(page) {
		await saveNameless(page);
		await logIn(page);
		await page.click(".entered a");
		await page.waitForSelector(".away");
	},
	async "typed before the login"(page) {
		await page.goto(url);
		await found(page, "scootmobiel");
		await page.click("#results .tile label");
		await page.click("label[for=nameless]");
		const other = await page.context().newPage();
		await logIn(other);
		await other.close();
		await page.click("button.first");
		await page.waitForSelector("h1:has-text('Nog niet gedaan')");
	},
	way: (page) => page.goto(`${url}way`),
	async waiting(page) {
		const release = await agent.holdLedger();
		try {
			await page.goto(url);
			await found(page, "schulden");
			await page.click("#results .tile label");
			await page.click("label[for=nameless]");
			await page.click("button.first");
			await page.waitForSelector("h1:has-text('Even geduld')");
		} finally {
			await release();
		}
	},
	"not found": (page) => page.goto(`${url}nergens`),
};

describe("every state is accessible", () => {
	for (const [name, reach] of Object.entries(states)) {
		for (const scheme of ["light", "dark"]) {
			for (const width of [320, 1280]) {
				test(`${name}, ${scheme}, ${width}`, async () => {
					const page = await visit({ scheme, width });
					await reach(page);
					await shot(page, `form-${name.replaceAll(" ", "-")}-${scheme}-${width}`);
					assert.deepEqual(await violations(page), []);
					assert.deepEqual(await tooSmall(page), []);
					assert.deepEqual(page.faults, []);
					await page.context().close();
				});
			}
		}
	}

	test("at 200 % nothing is cut off", async () => {
		const page = await visit({ zoom: 2 });
		for (const name of ["new", "found", "faults", "tally", "entered", "coordinator", "coordinator corrects"]) {
			await states[name](page);
			await shot(page, `form-zoom-${name.replaceAll(" ", "-")}`);
			assert.deepEqual(await tooSmall(page), []);
		}
		await page.context().close();
	});

	test("in English", async () => {
		const page = await visit();
		await page.goto(url);
		await page.click("text=English");
		assert.equal(await page.getAttribute("html", "lang"), "en");
		assert.equal(await page.textContent("h1"), "New question");
		await shot(page, "form-new-english");
		assert.deepEqual(await violations(page), []);
		await page.context().close();
	});

	test("a date of birth that stands for not known is said to count without a name", async () => {
		const page = await visit({ width: 320 });
		await page.goto(url);
		await found(page, "schulden");
		await page.click("#results .tile label");
		await page.fill("#f-birthdate", "1-1-1900");
		await page.fill("#f-postcode", "7601 AB");
		await page.fill("#f-surname", "Berg");
		await page.click("button.first");
		await page.waitForSelector(".saved");
		assert.match(await page.textContent(".saved"), /zonder naam.*zoals 1-1-1900: daarom telt de vraag mee zonder naam\./s);
		assert.deepEqual(await violations(page), []);
		assert.deepEqual(page.faults, []);
		await shot(page, "form-saved-not-known");
		await page.context().close();
	});

	test("a planted fault is found", async () => {
		const page = await visit();
		await page.goto(url);
		await page.evaluate(() => {
			document.querySelector("label[for=q]").remove();
			document.querySelector("button.first").style.cssText = "min-height:0;height:20px;color:#777;background:#888";
		});
		assert.ok((await violations(page)).length >= 2);
		assert.ok((await tooSmall(page)).length >= 1);
		await page.context().close();
	});
});

// ---- by keyboard

describe("by keyboard alone", () => {
	test("a walk-in without a name takes at most 12 keys, and the next one is ready", async () => {
		const page = await visit();
		await page.goto(url);
		const hand = new Hand(page);
		await hand.type("schul");
		await hand.press("Enter");
		await page.waitForFunction(() => document.activeElement.id === "nameless");
		await hand.press("Space");
		await hand.type("511");
		await hand.press("Enter");
		await page.waitForSelector(".saved");
		console.log(`keys for a question without a name, with topic, barrier, channel and outcome: ${hand.count}`);
		assert.ok(hand.count <= 12, `${hand.count} keys`);
		const told = await page.textContent(".saved");
		assert.match(told, /Schulden en betalingsachterstanden, 21 november 2026, zonder naam/);
		assert.match(told, /Wachttijd of besluit te laat · Spreekuur · Informatie en advies gegeven/);
		assert.equal(await page.evaluate(() => document.activeElement.id), "q");
		await page.goto(`${url}entered`);
		assert.match(await page.textContent(".entered li"), /Spreekuur/);
		assert.match(await page.textContent(".entered li"), /Wachttijd of besluit te laat/);
		assert.match(await page.textContent(".entered li"), /Informatie en advies gegeven/);
		await page.context().close();
	});

	test("a resident with a name; what they told takes as many keys as it has letters", async () => {
		const page = await visit();
		await page.goto(url);
		const hand = new Hand(page);
		await hand.type("rolst");
		await hand.press("Enter");
		await page.waitForFunction(() => document.activeElement.id === "nameless");
		const identity = ["03041951", "7601ab", "Van den Berg"];
		for (const text of identity) {
			await hand.press("Tab");
			await hand.type(text);
		}
		await hand.press("Tab");
		await hand.type("111");
		await hand.press("Enter");
		await page.waitForSelector(".saved");
		const letters = identity.join("").length;
		console.log(`keys for a question with a name: ${hand.count}, of which ${letters} are the name, postcode and date of birth themselves`);
		assert.ok(hand.count - letters <= 14);
		assert.match(await page.textContent(".saved"), /Rolstoel en hulpmiddelen.*met naam/);
		await page.context().close();
	});

	test("several questions of one visitor without typing the name again", async () => {
		const page = await visit();
		await page.goto(url);
		await found(page, "voedselbank");
		await page.click("#results .tile label");
		await page.fill("#f-birthdate", "3-4-1951");
		await page.fill("#f-postcode", "7601 AB");
		await page.fill("#f-surname", "Jansen");
		await page.click("text=Bewaar, en nog een vraag van deze bezoeker");
		await page.waitForSelector(".saved");
		assert.equal(await page.inputValue("#f-birthdate"), "03-04-1951");
		const hand = new Hand(page);
		await hand.type("schul");
		await hand.press("Enter");
		await page.waitForFunction(() => document.activeElement.id === "nameless");
		for (let i = 0; i < 3; i++)
			await hand.press("Tab");
		await hand.press("Enter");
		await page.waitForSelector(".saved:has-text('Schulden')"); // not the line on the question before
		console.log(`keys for one more question of the same visitor: ${hand.count}`);
		assert.match(await page.textContent(".saved"), /Schulden.*met naam/);
		await page.context().close();
	});

	test("every stop of the Tab key is visible and has a name, and Tab never gets stuck", async () => {
		const page = await visit();
		await saveNameless(page);
		await page.evaluate(() => document.activeElement.blur());
		const seen = new Set();
		for (let i = 0; i < 60; i++) {
			await page.keyboard.press("Tab");
			const stop = await page.evaluate(() => {
				const e = document.activeElement;
				if (e === document.body)
					return null;
				const marked = e.matches(".tile input") ? e.nextElementSibling : e;
				const box = marked.getBoundingClientRect();
				return {
					key: e.id || e.href || e.textContent, name: (e.labels?.[0] ?? e).textContent.trim() || e.getAttribute("aria-label") || "",
					outline: getComputedStyle(marked).outlineStyle, inView: box.bottom > 0 && box.top < innerHeight,
				};
			});
			if (stop === null)
				break;
			assert.ok(stop.name !== "", `a stop without a name: ${JSON.stringify(stop)}`);
			assert.notEqual(stop.outline, "none", `no visible focus: ${stop.name}`);
			assert.ok(stop.inView, `out of view: ${stop.name}`);
			seen.add(stop.key);
		}
		assert.ok(seen.size > 12 && seen.size < 45, `${seen.size} stops`);
		await page.context().close();
	});

	test("a coordinator logs in, corrects and logs out, and what a desk typed meanwhile is kept", async () => {
		const page = await visit();
		await saveNameless(page, "scootmobiel");
		await page.goto(url);
		await found(page, "eenzaam");
		await page.keyboard.press("Enter");
		const mine = await page.context().newPage();
		await mine.goto(`${url}login`);
		await mine.waitForFunction(() => document.activeElement.id === "password");
		await mine.keyboard.type("coordinator van dienst");
		await Promise.all([mine.waitForURL(/entered/), mine.keyboard.press("Enter")]);
		await mine.focus(".entered a >> nth=0");
		await mine.keyboard.press("Enter");
		await mine.waitForSelector("h1:has-text('Een vraag verbeteren')");
		assert.equal(await mine.evaluate(() => scrollY), 0);
		assert.equal(await mine.evaluate(() => document.activeElement.tagName), "BODY");
		await mine.focus("#d-channel-0");
		await mine.keyboard.press("ArrowDown");
		await mine.focus("button.first");
		await Promise.all([mine.waitForURL(/done=corrected/), mine.keyboard.press("Enter")]);
		assert.match(await mine.textContent(".entered li >> nth=0"), /Scootmobiel.*Inloop/s);
		await page.keyboard.press("Space");
		await page.focus("button.first");
		await page.keyboard.press("Enter");
		await page.waitForSelector("h1:has-text('Nog niet gedaan')");
		await page.keyboard.press("Enter");
		await page.waitForSelector(".saved");
		assert.match(await page.textContent(".saved"), /Eenzaamheid.*zonder naam/);
		await page.goto(url);
		await mine.focus("text=Uitloggen");
		await mine.keyboard.press("Enter");
		await mine.waitForSelector("text=Coördinator");
		await found(page, "eenzaam"); // the search goes on by itself
		assert.equal(await page.locator("#results .tile").count(), 1);
		await page.context().close();
	});

	test("what is folded away is reached: the further barriers, and after a search a topic by its theme", async () => {
		const page = await visit();
		await page.goto(url);
		const press = async (...keys) => {
			for (const key of keys)
				await page.keyboard.press(key);
		};
		const isAt = (what) => page.waitForFunction((w) => {
			const e = document.activeElement;
			return (e.labels?.[0]?.querySelector("span") ?? e).textContent === w;
		}, what);
		await page.keyboard.type("eenzaam");
		await press("Enter");
		await page.waitForFunction(() => document.activeElement.id === "nameless");
		await press("Shift+Tab");
		await isAt("Alle onderwerpen");
		await press("Enter");
		await isAt("Geld en schulden");
		await press("Enter");
		await isAt("Schulden en betalingsachterstanden");
		await press("6");
		await page.waitForFunction(() => document.activeElement.id === "nameless");
		await press("Space");
		await isAt("Geen knelpunt");
		await press("Tab");
		await isAt("Meer keuzes");
		await press("Enter");
		await isAt("Van het kastje naar de muur");
		await press("Enter"); // takes it; nothing is saved yet
		assert.equal(await page.inputValue("input[name='d.barrier']:checked"), "KN09");
		await isAt("Spreekuur");
		await press("Shift+Tab"); // back to what is chosen
		await isAt("Van het kastje naar de muur");
		await press("ArrowDown", "ArrowDown", "Tab");
		await isAt("Spreekuur");
		await press("1", "1", "Enter");
		await page.waitForSelector(".saved");
		assert.match(await page.textContent(".saved"), /Voedselbank en noodhulp/);
		await page.goto(`${url}entered`);
		assert.match(await page.textContent(".entered li"), /Taalbarriere/);
		assert.deepEqual(page.faults, []);
		await page.context().close();
	});

	test("the digits of choices that are not searched stay as they are", async () => {
		const page = await visit();
		const shown = () => page.$$eval("#d-barrier .tile label", (labels) => labels.map((l) => l.innerText.replace(/\s+/g, " ").trim()));
		await page.goto(url);
		const before = await shown();
		assert.equal(before.filter((text) => /^\d /.test(text)).length, 10);
		for (const digit of ["4", "9"]) {
			await page.keyboard.type("schul");
			await page.keyboard.press("Enter");
			await page.waitForFunction(() => document.activeElement.id === "nameless");
			await page.keyboard.press("Space");
			await page.keyboard.press(digit);
			await page.focus("button.first");
			await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
			await page.waitForSelector(".saved");
			assert.deepEqual(await shown(), before);
		}
		await page.context().close();
	});

	test("arrows and digits choose in a group; the search field keeps its digits", async () => {
		const page = await visit();
		await page.goto(url);
		await page.keyboard.type("18 plus");
		assert.equal(await page.inputValue("#q"), "18 plus");
		await page.focus("#d-channel-0");
		await page.keyboard.press("ArrowDown");
		assert.ok(await page.isChecked("#d-channel-1"));
		assert.equal(await page.evaluate(() => document.activeElement.id), "d-channel-1");
		await page.keyboard.press("0");
		assert.ok(await page.isChecked("#d-channel .unknown input"));
		assert.match(await page.evaluate(() => document.activeElement.id), /^d-result-/);
		await page.context().close();
	});
});

// ---- by mouse or finger

test("with a mouse a walk-in takes at most 12 keys and clicks", async () => {
	const page = await visit();
	await page.goto(url);
	const hand = new Hand(page);
	await hand.type("schul");
	await page.waitForFunction(() => document.querySelector("input[name=searched]").value === "schul");
	await hand.click("#results .tile label");
	await hand.click("label[for=nameless]");
	await hand.click("label[for=d-barrier-4]");
	await hand.click("label[for=d-channel-0]");
	await hand.click("label[for=d-result-0]");
	await hand.click("button.first");
	await page.waitForSelector(".saved");
	console.log(`keys and clicks with a mouse: ${hand.count}`);
	assert.ok(hand.count <= 12);
	await page.context().close();
});

test("on a phone what need not be filled in comes after a button that saves", async () => {
	const page = await visit({ width: 320, height: 640 });
	await page.goto(url);
	await found(page, "eenzaam");
	await page.click("#results .tile label");
	await page.click("label[for=nameless]");
	await page.click(".early button");
	await page.waitForSelector(".saved");
	assert.match(await page.textContent(".saved"), /Eenzaamheid.*zonder naam/);
	await page.setViewportSize({ width: 1280, height: 900 });
	assert.equal(await page.isVisible(".early button"), false);
	await page.context().close();
});

test("a screen reader is told groups, choices and what was found", async () => {
	const page = await visit();
	await page.goto(url);
	for (const name of ["Waar gaat de vraag over?", "Van wie is de vraag?", "Knelpunt", "Kanaal", "Uitkomst"])
		assert.equal(await page.getByRole("group", { name, exact: true }).count(), 1, name);
	assert.equal(await page.getByRole("radio", { name: "Telefoon", exact: true }).count(), 1);
	assert.equal(await page.getByRole("checkbox", { name: /Zonder naam/ }).count(), 1);
	await found(page, "huurtoeslag");
	assert.match(await page.getByRole("status").first().textContent(), /Gevonden onderwerpen: 1/);
	await page.click("button.first");
	await page.waitForSelector("#faults");
	assert.equal(await page.evaluate(() => document.activeElement.id), "faults");
	assert.equal(await page.getByRole("alert").count(), 1);
	await page.click("#faults a >> nth=0");
	assert.equal(await page.evaluate(() => document.activeElement.tagName !== "BODY"), true);
	assert.equal(await page.getAttribute("#f-birthdate", "aria-invalid"), "true");
	await page.context().close();
});

// ---- without JavaScript

describe("without JavaScript", () => {
	test("search by Enter, choose, save, correct, remove", async () => {
		const page = await visit({ script: false });
		await page.goto(url);
		await page.fill("#q", "deurwaarder");
		await page.press("#q", "Enter");
		await page.waitForSelector("#results .tile");
		await page.click("#results .tile label");
		await page.click("label[for=nameless]");
		await page.click("label[for=d-channel-0]");
		await page.press("#d-channel-0", "Enter");
		await page.waitForSelector(".saved");
		assert.match(await page.textContent(".saved"), /Beslag incasso en deurwaarder/);
		await page.click("text=Verbeter");
		await page.click("label[for=d-channel-2]");
		await page.click("button.first");
		await page.waitForSelector(".entered");
		assert.match(await page.textContent(".entered li >> nth=0"), /deurwaarder/);
		await page.click(".entered a >> nth=0");
		await page.click(".away");
		await page.waitForSelector(".saved:has-text('verwijderd')");
		assert.doesNotMatch(await page.textContent("main"), /deurwaarder/);
		await page.context().close();
	});

	test("a topic can be found by theme, and a fault keeps everything", async () => {
		const page = await visit({ script: false });
		await page.goto(url);
		await page.click("details.more > summary");
		await page.click("summary:has-text('Wonen')");
		await page.click("label:has-text('Onderhoud en gebreken')");
		await page.fill("#f-surname", "D'Ávila <b>");
		await page.fill("#f-birthdate", "40-1-1950");
		await page.click("label[for=d-barrier-3]");
		await page.click("button.first");
		await page.waitForSelector("#faults");
		assert.equal(await page.inputValue("#f-surname"), "D'Ávila <b>");
		assert.equal(await page.inputValue("#f-birthdate"), "40-1-1950");
		assert.ok(await page.isChecked("input[name='d.question'][value=WO03]"));
		assert.ok(await page.isChecked("#d-barrier-3"));
		await page.context().close();
	});

	test("Tab goes on into a list that was opened by keyboard", async () => {
		const page = await visit({ script: false });
		await page.goto(url);
		for (const summary of ["#d-question .more > summary", ".theme >> nth=2 >> summary", "#d-barrier .more > summary"]) {
			await page.focus(summary);
			await page.keyboard.press("Enter");
		}
		await page.keyboard.press("Tab");
		assert.equal(await page.evaluate(() => document.activeElement.value), "KN09");
		await page.focus(".theme >> nth=2 >> summary");
		await page.keyboard.press("Tab");
		await page.keyboard.press("Space");
		assert.equal(await page.inputValue("input[name='d.question']:checked"), "WD01");
		await page.context().close();
	});

	test("the tally", async () => {
		const page = await visit({ script: false });
		await page.goto(`${url}tally`);
		await page.click("summary:has-text('Geld en schulden')");
		for (let i = 1; i <= 3; i++) {
			await page.click(".mark-button:visible >> nth=0");
			await page.waitForSelector(`.saved:has-text(": ${i}.")`);
		}
		await page.click("text=Laatste streepje terugnemen");
		await page.waitForSelector('.saved:has-text(": 2.")');
		await page.context().close();
	});
});

// ---- people press twice, computers stop

test("a double press saves once", async () => {
	const page = await visit();
	await page.goto(url);
	await found(page, "eenzaam");
	await page.click("#results .tile label");
	await page.click("label[for=nameless]");
	await page.dblclick("button.first");
	await page.waitForSelector(".saved");
	await page.goto(`${url}entered`);
	assert.equal(await page.locator(".entered li").count(), 1);
	await page.context().close();
});

test("while a file is read in, what was typed waits behind one button, also without JavaScript", async () => {
	const release = await agent.holdLedger();
	const page = await visit({ script: false });
	await page.goto(url);
	await page.fill("#q", "deurwaarder");
	await page.press("#q", "Enter");
	await page.click("#results .tile label");
	await page.fill("#f-birthdate", "3-4-1951");
	await page.fill("#f-postcode", "7601 AB");
	await page.fill("#f-surname", 'de "Wacht"');
	await page.click("button.first");
	await page.waitForSelector("h1:has-text('Even geduld')");
	await Promise.all([page.waitForNavigation(), page.click("text=Nu bewaren")]);
	await page.waitForSelector("h1:has-text('Even geduld')");
	await release();
	await page.click("text=Nu bewaren");
	await page.waitForSelector(".saved");
	assert.match(await page.textContent(".saved"), /Beslag incasso en deurwaarder.*met naam/);
	await page.goto(`${url}entered`);
	assert.equal(await page.locator(".entered li").count(), 1);
	await page.context().close();
});

test("what leaves: five stations, real bytes, nothing of what was entered", async () => {
	const page = await visit();
	await page.goto(url);
	await found(page, "rolstoel");
	await page.click("#results .tile label");
	await page.fill("#f-birthdate", "3-4-1951");
	await page.fill("#f-postcode", "7601 AB");
	await page.fill("#f-surname", "Kanarie");
	await page.click("button.first");
	await page.waitForSelector(".saved");
	await page.click("nav >> text=Wat gaat er weg?");
	assert.equal(await page.textContent("h1"), "Wat gaat er weg?");
	assert.equal(await page.locator("main h2").count(), 5);
	const text = await page.textContent("main");
	assert.match(text, /voorbeeld, van niemand/);
	assert.match(text, /van Voorbeeld/);
	assert.doesNotMatch(text, /kanarie/i);
	const bytes = await page.locator("main code").allTextContents();
	assert.ok(bytes.length >= 5 && bytes.every((b) => /[0-9a-f]{32}/.test(b)));
	await page.reload();
	assert.notEqual(bytes[0], (await page.locator("main code").allTextContents())[0]); // fresh keys every time
	await page.context().close();
});

test("killed after the answer: it is there, and a page that was open still saves", async () => {
	const page = await visit();
	await saveNameless(page, "rolstoel");
	await found(page, "voedselbank");
	await page.click("#results .tile label");
	await page.fill("#f-surname", "Bakker");
	await agent.stop("SIGKILL");
	await agent.start(Number(new URL(url).port));
	await page.fill("#f-birthdate", "1-2-1960");
	await page.fill("#f-postcode", "7602AB");
	await page.click("button.first");
	await page.waitForSelector(".saved:has-text('Voedselbank')");
	await page.goto(`${url}entered`);
	const lines = await page.locator(".entered li").allTextContents();
	assert.equal(lines.length, 2);
	assert.match(lines[1], /Rolstoel/);
	assert.match(lines[0], /Voedselbank.*met naam/);
	await page.context().close();
});

test("the coordinator sees and corrects what other desks entered", async () => {
	const desk = await visit();
	await saveNameless(desk, "bijstand");
	await desk.context().close();
	const page = await visit();
	await page.goto(`${url}entered`);
	assert.equal(await page.locator(".entered li").count(), 0);
	await page.click("text=Coördinator");
	await page.fill("#password", "coordinator van dienst");
	await page.press("#password", "Enter");
	await page.waitForSelector(".entered li");
	assert.match(await page.textContent(".entered"), /Bijstandsuitkering/);
	assert.deepEqual(await violations(page), []);
	await page.context().close();
});

test("the tally sheet prints on paper", async () => {
	const page = await visit();
	await page.goto(`${url}sheet`);
	const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true });
	const pages = (pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g) ?? []).length;
	assert.ok(pages >= 1 && pages <= 3, `${pages} pages`);
	await page.context().close();
});
