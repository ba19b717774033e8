import { InvalidInput } from "@sentc-ts/core-crypto/wire";

export function prepared(input: string): string {
	return text("input", input, "must be the string a prepare function returned");
}

export function named(identifier: string): { user_identifier: string } {
	return { user_identifier: text("identifier", identifier, "must be the identifier of a device") };
}

export function text(field: string, value: string, rule: string): string {
	if (typeof value !== "string" || value === "") throw new InvalidInput(field, rule);
	return value;
}

/** Of somebody who becomes a member without keys; without a rank the API gives the weakest. */
export function ranked(rank: number | undefined): { rank?: number } {
	if (rank === undefined) return {};
	if (!Number.isInteger(rank) || rank < 1 || rank > 4)
		throw new InvalidInput("rank", "must be a whole number from 1 to 4");
	return { rank };
}

/** What the API says of a success is not part of its contract. */
export async function done(answer: Promise<string>): Promise<void> {
	await answer;
}
