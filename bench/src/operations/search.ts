import { type Goal, type Operation, sidesOf, type Tools } from "./operation.js";

const GOAL: Goal = { node: 1, chromium: 1.5 };
const both = { goals: { async: GOAL, sync: GOAL } };

/** What keeps encrypted data findable and in order. */
export function searchOperations(tools: Tools): Operation[] {
	const { reference } = tools;
	const searchable = randomKey("HmacSha256", 32);
	const sortable = randomKey("Ope16", 16);
	const title = "the twenty character";
	// Each time another one, as in a list.
	let last = 0;
	const number = (): number => {
		last = (last + 7919) % 65_533;
		return last;
	};
	const text = (): string => number().toString(36).padStart(4, "a");
	return [
		{
			name: "search hashes of 20 characters",
			ours: sidesOf(tools, "createSearch", () => ({ key: searchable, text: title }), both),
			reference: () => reference.create_searchable(searchable, title, false).free(),
		},
		{
			name: "number to sort by",
			ours: sidesOf(tools, "encryptSortableNumber", () => ({ key: sortable, number: number() }), both),
			reference: () => reference.sortable_encrypt_number(sortable, BigInt(number())).free(),
		},
		{
			name: "string to sort by",
			ours: sidesOf(tools, "encryptSortableString", () => ({ key: sortable, text: text() }), both),
			reference: () => reference.sortable_encrypt_string(sortable, text()).free(),
		},
	];
}

function randomKey(variant: string, length: number): string {
	const bytes = globalThis.crypto.getRandomValues(new Uint8Array(length));
	return JSON.stringify({ [variant]: { key: btoa(String.fromCharCode(...bytes)), key_id: "key" } });
}
