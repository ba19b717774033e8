import { byId, create } from "./dom.js";
import { inWords } from "./words.js";

/** A part of the page that requests fill. It says that it waits, or what went wrong with a button to try again: it is never just empty. */
export class Region {
	readonly #element: HTMLElement;
	#turn = 0;

	constructor(id: string) {
		this.#element = byId(id, HTMLElement);
	}

	/** Shows what the work makes. Of works that overlap the last one counts. */
	async show(work: () => Promise<Node[]>): Promise<void> {
		this.#turn += 1;
		const turn = this.#turn;
		const put = (...nodes: Node[]): void => {
			if (turn === this.#turn) this.#element.replaceChildren(...nodes);
		};
		this.#element.ariaBusy = "true";
		if (this.#element.childElementCount === 0) put(status("Loading …"));
		try {
			put(...(await work()));
		} catch (error) {
			const again = create("button", "Try again", "quiet");
			again.type = "button";
			again.addEventListener("click", () => void this.show(work));
			put(status(inWords(error), "message error"), again);
		} finally {
			if (turn === this.#turn) this.#element.ariaBusy = "false";
		}
	}

	/** What is under way counts no more. */
	clear(): void {
		this.#turn += 1;
		this.#element.ariaBusy = "false";
		this.#element.replaceChildren();
	}
}

function status(text: string, className = "hint"): HTMLElement {
	const paragraph = create("p", text, className);
	paragraph.role = "status";
	return paragraph;
}
