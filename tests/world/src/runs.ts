/**
 * How much is tested, by `SENTC_TESTS`. `npm test` is quick; `npm run test:full` does everything; `npm run soak` repeats what is
 * random much more often.
 */
export type Tier = "quick" | "full" | "soak";

const FACTORS: Readonly<Record<Tier, number>> = { quick: 0.05, full: 1, soak: 20 };

/** Without `SENTC_TESTS`, as when a runner is called by hand, everything. */
export const tier: Tier = tierOf(process.env["SENTC_TESTS"] || "full");

/** Numbers of random tests are drawn from it; each failure prints it. */
export const seed: number = Number(process.env["SENTC_SEED"] || 1);

/** @param count how often something random is repeated, before the factor of the tier */
export function runs(count: number): number {
	return Math.max(1, Math.round(count * FACTORS[tier]));
}

/** Every fourth of cases that each take long, in the quick tests. */
export function sample<Case>(cases: readonly Case[]): readonly Case[] {
	return tier === "quick" ? cases.filter((_, index) => index % 4 === 0) : cases;
}

function tierOf(name: string): Tier {
	if (!Object.hasOwn(FACTORS, name)) throw new Error(`SENTC_TESTS is quick, full or soak, not ${name}.`);
	return name as Tier;
}
