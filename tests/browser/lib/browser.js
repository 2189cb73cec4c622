// SPDX-License-Identifier: EUPL-1.2
// What every browser test needs: Chromium, pages of a width and a colour scheme, axe-core, screenshots.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// All of WCAG 2.2 at A and AA, and what axe calls good practice of structure.
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export const shots = process.env.OEO_SHOTS ?? "";

export function launch() {
	return chromium.launch({
		executablePath: process.env.OEO_CHROMIUM ?? "/usr/bin/chromium",
		args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
			"--disable-background-networking", "--disable-component-update", "--disable-sync"],
	});
}

/**
 * A context (its own cookies) with one page. zoom: 2 is 200 %: half the room for the same screen. Anything that the page
 * loads from elsewhere, and every error of its own, stands in page.faults.
 */
export async function open(browser, { width = 1280, height = 900, scheme = "light", script = true, zoom = 1, locale = "nl-NL", origin = "" } = {}) {
	const context = await browser.newContext({
		viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
		deviceScaleFactor: zoom, colorScheme: scheme, javaScriptEnabled: script, locale, reducedMotion: "reduce",
	});
	const page = await context.newPage();
	page.faults = [];
	page.on("request", (request) => {
		if (origin !== "" && !request.url().startsWith(origin))
			page.faults.push(`asked elsewhere: ${request.url()}`);
	});
	page.on("pageerror", (error) => page.faults.push(`script: ${error.message}`));
	page.on("console", (message) => {
		if (message.type() === "error" && !/status of 4\d\d|status of 503/.test(message.text()))
			page.faults.push(`console: ${message.text()}`);
	});
	return page;
}

/** The violations of a page, each in one line. */
export async function violations(page) {
	// through the debugger, which a page's Content-Security-Policy does not hinder
	await page.evaluate(axeSource);
	// nothing is loaded again: a page from a folder may not ask for its own style sheet
	const result = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ["violations"], preload: false }), TAGS);
	return result.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join("; ")})`);
}

/** Elements to press or type in that are smaller than 44 by 44 CSS pixels, or hang over the right edge. */
export function tooSmall(page) {
	return page.evaluate(() => {
		const bad = [];
		for (const e of document.querySelectorAll("a, button, input:not([type=hidden]), select, summary, label[for]")) {
			const style = getComputedStyle(e);
			const box = e.getBoundingClientRect();
			if (!e.checkVisibility() || e.closest(".skip, .enter") || box.width === 0)
				continue;
			// a radio button or checkbox is pressed on its label; a link in a sentence is as high as its line
			const isInTile = e.matches(".tile input") || (e.matches("label") && !e.closest(".tile"));
			const isInText = e.matches("p a, .faults a, td a, li p a") && style.display.startsWith("inline");
			if (!isInTile && !isInText && (box.height < 43.5 || box.width < 43.5))
				bad.push(`${e.tagName} ${(e.textContent || e.name || "").trim().slice(0, 30)} ${Math.round(box.width)}x${Math.round(box.height)}`);
			if (box.right > document.documentElement.clientWidth + 1)
				bad.push(`over the edge: ${e.tagName} ${(e.textContent || e.name || "").trim().slice(0, 30)}`);
		}
		if (document.documentElement.scrollWidth > document.documentElement.clientWidth)
			bad.push(`the page scrolls sideways: ${document.documentElement.scrollWidth}`);
		return bad;
	});
}

/** A picture of the whole page in the folder OEO_SHOTS, where that is set. */
export async function shot(page, name) {
	if (shots === "")
		return;
	mkdirSync(shots, { recursive: true });
	await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}
