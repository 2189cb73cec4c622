/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Makes the form quicker by keyboard; everything works without it.
 * Typing searches; Enter in the search field takes the first topic; in a group of choices a digit chooses and goes on.
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

	/* The digit of each choice: 1 to 9 in order, 0 for "do not know". */
	function number(group) {
		let next = 1;
		for (const input of group.querySelectorAll("input[type=radio]")) {
			const label = group.querySelector(`label[for="${CSS.escape(input.id)}"]`);
			const isUnknown = input.parentElement.classList.contains("unknown");
			const digit = isUnknown ? 0 : next++;
			if (!label || digit > 9 || input.closest("details"))
				continue;
			input.dataset.digit = String(digit);
			if (!label.querySelector("kbd")) {
				const key = document.createElement("kbd");
				key.setAttribute("aria-hidden", "true");
				key.textContent = String(digit);
				label.prepend(key);
			}
		}
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
		} else if (group && event.target.matches("input[type=radio]") && /^[0-9]$/.test(event.key)) {
			const input = group.querySelector(`input[data-digit="${event.key}"]`);
			if (input) {
				event.preventDefault();
				choose(input, group);
			}
		} else if (event.target.id === "nameless" && event.key === " ") {
			event.preventDefault();
			event.target.checked = !event.target.checked;
			event.target.dispatchEvent(new Event("change", { bubbles: true }));
			if (event.target.checked)
				goOn(group);
		}
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
	form.addEventListener("keydown", onKey);
	if (q) {
		document.body.classList.add("has-script");
		q.addEventListener("input", onInput);
		if (!document.getElementById("faults"))
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
