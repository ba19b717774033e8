import type { Operations } from "../operations/index.js";

/** Operations over a list whose items don't depend on each other, and the member of their input that has it. */
const lists: { readonly [Name in keyof Operations]?: keyof Parameters<Operations[Name]>[0] } = {
	openGroupKeys: "keys",
	openHmacKeys: "keys",
	openSortableKeys: "keys",
	openContentKeys: "keys",
	prepareKeysForNewMember: "groupKeys",
	encryptEphemeralKeys: "recipients",
};

/** Items that are sent at once: some 20 ms of work, and a message that is copied in one or two. */
const partLength = 64;

/** The same input in parts, if it has a list that is worth it. */
export function partsOf(name: string, input: unknown): unknown[] | undefined {
	const member = lists[name as keyof Operations];
	if (member === undefined || typeof input !== "object" || input === null) return undefined;
	const list = (input as Record<string, unknown>)[member];
	if (!Array.isArray(list) || list.length < 2 * partLength) return undefined;
	return Array.from({ length: Math.ceil(list.length / partLength) }, (_, i) => ({
		...input,
		[member]: list.slice(i * partLength, (i + 1) * partLength),
	}));
}

/** The results of all parts as one: lists are joined, and all else is the same in each. */
export function joinResults(results: readonly unknown[]): unknown {
	const [first] = results;
	if (Array.isArray(first)) return results.flat();
	const members = Object.entries(first as object).map(([name, value]) => [
		name,
		Array.isArray(value) ? results.flatMap((result) => (result as Record<string, unknown[]>)[name] ?? []) : value,
	]);
	return Object.fromEntries(members);
}
