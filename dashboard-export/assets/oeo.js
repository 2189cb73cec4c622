/* SPDX-License-Identifier: EUPL-1.2 */
/* What a script adds to pages that are whole without it: sorting a table, filtering its rows, marking an area on the map
 * beside its row. Everything it works with stands on the page. */
(function () {
	"use strict";
	const isDutch = document.documentElement.lang !== "en";
	const words = isDutch
		? { sort: "Sorteer op", filter: "Zoek een regel", all: "alle regels", of: "van", rows: "regels" }
		: { sort: "Sort by", filter: "Find a row", all: "all rows", of: "of", rows: "rows" };

	/* The number of a cell; a dot and a dash stay below every number, in the order in which they stood. */
	function number(text) {
		const plain = text.replace(/[^0-9.,\u2212-]/g, "");
		const normal = isDutch ? plain.replace(/\./g, "").replace(",", ".") : plain.replace(/,/g, "");
		return /\d/.test(normal) ? parseFloat(normal.replace("\u2212", "-")) : null;
	}

	function compare(a, b, column, isNumber, sign) {
		const left = a.cells[column].textContent.trim();
		const right = b.cells[column].textContent.trim();
		if (!isNumber)
			return sign * left.localeCompare(right, document.documentElement.lang);
		const x = number(left), y = number(right);
		if (x === null || y === null)
			return x === y ? 0 : x === null ? 1 : -1;
		return sign * (x - y);
	}

	function addSorting(table) {
		const body = table.tBodies[0];
		const heads = [...table.tHead.rows[0].cells];
		heads.forEach((head, column) => {
			const button = document.createElement("button");
			button.type = "button";
			button.title = words.sort + " " + head.textContent.trim();
			button.append(...head.childNodes);
			head.append(button);
			button.addEventListener("click", () => {
				const isNumber = head.classList.contains("number");
				const before = head.getAttribute("aria-sort");
				const isUp = before === null ? !isNumber : before === "descending";
				heads.forEach((other) => other.removeAttribute("aria-sort"));
				head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
				const rows = [...body.rows];
				rows.sort((a, b) => compare(a, b, column, isNumber, isUp ? 1 : -1));
				body.append(...rows);
			});
		});
	}

	function addFilter(table, count) {
		const label = document.createElement("label");
		const input = document.createElement("input");
		const status = document.createElement("span");
		label.className = "filter";
		input.type = "search";
		status.setAttribute("role", "status");
		label.append(words.filter + " ", input);
		const holder = document.createElement("div");
		holder.className = "filter-holder";
		holder.append(label, status);
		table.parentNode.before(holder);
		input.addEventListener("input", () => {
			const wanted = input.value.trim().toLowerCase();
			let shown = 0;
			for (const body of table.tBodies)
				for (const row of body.rows) {
					const isFound = row.textContent.toLowerCase().includes(wanted);
					row.hidden = wanted !== "" && !isFound;
					shown += row.hidden ? 0 : 1;
				}
			status.textContent = wanted === "" ? "" : shown + " " + words.of + " " + count + " " + words.rows;
		});
	}

	for (const table of document.querySelectorAll("table.list")) {
		const rows = [...table.tBodies].reduce((sum, body) => sum + body.rows.length, 0);
		if (table.tHead === null || rows < 3)
			continue;
		if (table.tBodies.length === 1 && table.tHead.rows[0].querySelector("a") === null)
			addSorting(table);
		if (rows > 15)
			addFilter(table, rows);
	}

	/* An area of the map, its place in the list beside it and its row mark each other: under a pointer, and for as long as
	 * one presses its name. */
	function addMarking(section, code) {
		const parts = [...section.querySelectorAll('[data-code="' + CSS.escape(code) + '"]')];
		const item = parts.find((part) => part.localName === "li");
		let isPressed = false;
		const mark = (isOn) => () => parts.forEach((part) => part.classList.toggle("marked", isOn || isPressed));
		for (const part of parts) {
			part.addEventListener("pointerenter", mark(true));
			part.addEventListener("pointerleave", mark(false));
		}
		if (!item)
			return;
		const button = document.createElement("button");
		button.type = "button";
		button.append(...item.firstElementChild.childNodes);
		button.setAttribute("aria-pressed", "false");
		item.firstElementChild.append(button);
		button.addEventListener("focus", mark(true));
		button.addEventListener("blur", mark(false));
		button.addEventListener("click", () => {
			isPressed = !isPressed;
			button.setAttribute("aria-pressed", String(isPressed));
			mark(true)();
		});
	}

	for (const map of document.querySelectorAll("svg.map")) {
		const section = map.closest("section");
		const codes = [...map.querySelectorAll(".area")].map((area) => area.dataset.code);
		for (const code of new Set(codes))
			addMarking(section, code);
	}
})();
