/** The element with the id; the page always has it. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
	const element = document.getElementById(id);
	if (!(element instanceof type)) throw new Error(`The page has no ${type.name} #${id}`);
	return element;
}

/** A form control by its name. */
export function control<T extends HTMLElement>(form: HTMLFormElement, name: string, type: new () => T): T {
	const element = form.elements.namedItem(name);
	if (!(element instanceof type)) throw new Error(`The form #${form.id} has no ${type.name} "${name}"`);
	return element;
}

export function create<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	text = "",
	className = "",
): HTMLElementTagNameMap[K] {
	const element = document.createElement(tag);
	element.textContent = text;
	if (className !== "") element.className = className;
	return element;
}

/** Fills a description list with names and values. */
export function showFacts(list: HTMLElement, facts: Record<string, string>): void {
	list.replaceChildren(...Object.entries(facts).flatMap(([name, value]) => [create("dt", name), create("dd", value)]));
	list.hidden = false;
}
