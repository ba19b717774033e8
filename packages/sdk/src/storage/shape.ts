// Whatever is stored may be damaged, or written by another program: what is read is checked before it is used.

export function isText(value: unknown): value is string {
	return typeof value === "string";
}

/** Has the object all the members, each a text of its own? */
export function hasTexts<Name extends string>(
	value: unknown,
	names: readonly Name[],
): value is Record<Name, string> & Record<string, unknown> {
	if (typeof value !== "object" || value === null) return false;
	return names.every((name) => Object.hasOwn(value, name) && isText((value as Record<string, unknown>)[name]));
}

export function isArrayOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
	return Array.isArray(value) && value.every(isItem);
}

/** A time in ms that is not in the future. */
export function isPastTime(value: unknown, now: number): value is number {
	return typeof value === "number" && value >= 0 && value <= now;
}
