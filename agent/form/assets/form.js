/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Makes the form quicker by keyboard; everything works without it.
 * Typing searches; Enter in the search field takes the first topic; in a group of choices a digit chooses and goes on;
 * who opens a list stands in it.
 */
(() => {
	"use strict";

	const form = document.querySelector("form[action]:not([action='/logout'])");
	const q = document.getElementById("q");
	const results = document.getElementById("results");
	if (!form)
		return;

	/* ---- groups and their digits */

	const groups = () => [...form.querySelectorAll("fieldset")];
	const isShown = (element) => element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
	const inputsOf = (group) => [...group.querySelectorAll("input[type=radio], input[type=checkbox]")].filter(isShown);

	/* The choices whose digits work where the cursor is: those of an opened theme, else those of the group. */
	const listOf = (element) => element.closest("details.theme[open]") || element.closest("fieldset");
	const digits = new WeakMap();

	/* The digit of each choice: 1 to 9 in order, 0 for "do not know". What is folded away under another list has none. */
	function number(list) {
		const choices = {};
		let next = 1;
		for (const input of list.querySelectorAll("input[type=radio]")) {
			const label = list.querySelector(`label[for="${CSS.escape(input.id)}"]`);
			if (!label || (input.closest("details") || list) !== list)
				continue;
			const digit = input.parentElement.classList.contains("unknown") ? 0 : next++;
			if (digit > 9)
				continue;
			choices[digit] = input;
			if (!label.querySelector("kbd")) {
				const key = document.createElement("kbd");
				key.setAttribute("aria-hidden", "true");
				key.textContent = String(digit);
				label.prepend(key);
			}
		}
		digits.set(list, choices);
	}

	function goOn(group) {
		const all = groups();
		const next = all[all.indexOf(group) + 1];
		const target = next
			? inputsOf(next).find((input) => input.checked) || inputsOf(next)[0]
			: form.querySelector("button.first");
		if (target)
			target.focus();
	}

	function choose(input, group) {
		input.checked = true;
		input.dispatchEvent(new Event("change", { bubbles: true }));
		goOn(group);
	}

	function onKey(event) {
		if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing)
			return;
		const group = event.target.closest("fieldset");
		if (event.target === q) {
			onSearchKey(event, group);
		} else if (group && event.target.matches("input[type=radio], summary") && /^[0-9]$/.test(event.key)) {
			const input = digits.get(listOf(event.target))?.[event.key];
			if (input) {
				event.preventDefault();
				choose(input, group);
			}
		} else if (event.key === "Enter" && event.target.matches("details input[type=radio]:not(:checked)")) {
			event.preventDefault(); /* found in an opened list, not chosen yet: that is what Enter is for, not to save */
			choose(event.target, group);
		} else if (event.target.id === "nameless" && event.key === " ") {
			event.preventDefault();
			event.target.checked = !event.target.checked;
			event.target.dispatchEvent(new Event("change", { bubbles: true }));
			if (event.target.checked)
				goOn(group);
		}
	}

	/* ---- lists that open */

	/* Who opens a list by keyboard goes on in it: Tab would pass its choices by, for they are one group with those above. */
	let opened = null;
	function onClick(event) {
		const summary = event.target.closest("summary");
		opened = summary && event.detail === 0 ? summary.parentElement : null;
	}

	function onToggle(event) {
		const list = event.target;
		if (list.open && list.matches(".theme"))
			number(list);
		if (!list.open || list !== opened)
			return;
		opened = null;
		const inside = [...list.querySelectorAll("input, summary")].filter((e) => e.parentElement !== list && isShown(e));
		const target = inside.find((e) => e.checked) || inside[0];
		if (target)
			target.focus();
	}

	/* ---- the search */

	let asked = "";
	let running = null;

	async function search() {
		const words = q.value.trim();
		if (words === asked)
			return;
		asked = words;
		if (running)
			running.abort();
		running = new AbortController();
		try {
			let answer = await post(words);
			if (answer.status === 403 && renewToken(await answer.text()))
				answer = await post(words);
			if (answer.ok && words === asked)
				show(await answer.text());
		} catch (error) {
			if (error.name !== "AbortError")
				asked = ""; /* the button still works */
		}
	}

	function post(words) {
		const chosen = form.querySelector("#results input:checked, details.more input[name='" + nameOf() + "']:checked");
		const body = new URLSearchParams({
			token: form.elements.token.value, q: words, chosen: chosen ? chosen.value : "",
		});
		return fetch("/search", { method: "POST", body, signal: running.signal });
	}

	/* Somebody logged in or out since this page was opened: the answer has the token of now. */
	function renewToken(html) {
		const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("form[action='/search'] input[name=token]");
		if (fresh)
			form.elements.token.value = fresh.value;
		return fresh !== null;
	}

	const nameOf = () => q.closest("fieldset").id.replace("d-", "d.");

	function show(html) {
		const page = new DOMParser().parseFromString(html, "text/html");
		const found = results.querySelector("#found");
		const fresh = page.getElementById("found");
		if (!fresh)
			return;
		/* the live region stays, so that a screen reader tells the change */
		found.textContent = fresh.textContent;
		results.querySelector(".tiles").replaceWith(page.querySelector(".tiles"));
		form.elements.searched.value = asked;
		number(q.closest("fieldset"));
	}

	let waiting = 0;
	function onInput() {
		clearTimeout(waiting);
		waiting = setTimeout(search, 80);
	}

	async function onSearchKey(event, group) {
		if (event.key === "ArrowDown") {
			const first = results.querySelector("input");
			if (first) {
				event.preventDefault();
				first.focus();
			}
		} else if (event.key === "Enter" && q.value.trim() !== "") {
			event.preventDefault();
			clearTimeout(waiting);
			await search();
			const first = results.querySelector("input");
			if (first)
				choose(first, group);
		} else if (event.key === "Enter") {
			event.preventDefault(); /* nothing to look for, and nothing to save yet */
		}
	}

	/* ---- whose question: the fields are not needed without a name */

	const nameless = document.getElementById("nameless");
	const identity = document.getElementById("identity");
	function onNameless() {
		for (const input of identity.querySelectorAll("input"))
			input.disabled = nameless.checked;
		identity.hidden = nameless.checked;
	}
	if (nameless && identity) {
		nameless.addEventListener("change", onNameless);
		onNameless();
	}

	/* ---- wiring */

	for (const group of groups())
		number(group);
	for (const theme of form.querySelectorAll("details.theme[open]"))
		number(theme);
	form.addEventListener("keydown", onKey);
	form.addEventListener("click", onClick);
	form.addEventListener("toggle", onToggle, true); /* it does not bubble */
	if (q) {
		document.body.classList.add("has-script");
		q.addEventListener("input", onInput);
		if (q.autofocus)
			q.focus();
	}
	/* one press saves once */
	let isSent = false;
	form.addEventListener("submit", (event) => {
		if (isSent)
			event.preventDefault();
		isSent = true;
		setTimeout(() => { isSent = false; }, 3000);
	});
})();
