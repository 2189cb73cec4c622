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

	/* An area of the map and its row mark each other. */
	for (const row of document.querySelectorAll("tr[data-code]")) {
		const section = row.closest("section:not(.scroll)");
		const area = section && section.querySelector('.area[data-code="' + CSS.escape(row.dataset.code) + '"]');
		if (!area)
			continue;
		const mark = (isOn) => () => {
			row.classList.toggle("marked", isOn);
			area.classList.toggle("marked", isOn);
		};
		for (const element of [row, area]) {
			element.addEventListener("pointerenter", mark(true));
			element.addEventListener("pointerleave", mark(false));
		}
	}
})();
