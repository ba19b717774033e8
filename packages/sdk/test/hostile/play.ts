import { PASSWORD } from "@sentc-ts/test-world";
import { expect } from "vitest";
import { type GroupData, isSentcError, User, type UserMfaLogin } from "../../src/index.js";
import { type Mutation, type Pool, poolOf } from "./mutate.js";
import { bytesOf, known, pairsOf, type Scenario, scenarios, success } from "./scenarios.js";
import { createWorld, hostileApi, openPage, type Page, type Recording, recorder, type World } from "./world.js";

// Plays the scenarios: once at an honest API, whose answers are written down, and then as often as wanted with one of them changed.

/** What the plays with changed answers came to. */
interface Seen {
	lies: number;
	errors: number;
	honestResults: number;
}

export interface Play {
	/** What an honest API is asked in a scenario. */
	routesOf(scenario: Scenario): string[];
	/**
	 * Plays a scenario, and throws when it ends neither with a typed error nor with a result that an honest API might lead to.
	 *
	 * @param target which of the routes lies
	 * @param change without it nothing does
	 * @returns what the API was asked
	 */
	run(scenario: Scenario, target: number, change?: Mutation): Promise<Iterable<string>>;
	readonly seen: Readonly<Seen>;
	close(): Promise<void>;
}

export async function startPlay(): Promise<Play> {
	const world = await createWorld();
	const recordings = new Map<string, Recording[]>();
	for (const scenario of scenarios) recordings.set(scenario.name, await record(scenario, world, recordings));
	const pool = poolOf([...(await foreignAnswers(world)), ...[...recordings.values()].flat().map(({ text }) => text)]);
	known.login = await loginKeys(world, recordings.get("login") ?? [], pool);
	const seen: Seen = { lies: 0, errors: 0, honestResults: 0 };
	return {
		seen,
		routesOf: ({ name }) => (recordings.get(name) ?? []).map(({ route }) => route),
		run: (scenario, target, change) =>
			run(scenario, world, hostileApi(recordings.get(scenario.name) ?? [], target, change, pool), seen, change),
		close: () => world.api.close(),
	};
}

async function open(scenario: Scenario, world: World, fetch: typeof globalThis.fetch): Promise<Page> {
	const page = await openPage(world.api, scenario.items?.(world) ?? world.items, fetch, scenario.resume);
	const user = await page.sentc.getActualUser().catch(() => undefined);
	return { ...page, user: user as User };
}

/** All answers of an honest API to a scenario. */
async function record(
	scenario: Scenario,
	world: World,
	recordings: ReadonlyMap<string, readonly Recording[]>,
): Promise<Recording[]> {
	if (scenario.answers) return scenario.answers(recordings, world);
	const { fetch, recordings: recorded } = recorder();
	const page = await open(scenario, world, fetch);
	const result = await scenario.call(page, world);
	if (result instanceof User) for (const [secret, open] of pairsOf(result.user_data)) known.pairs.set(secret, open);
	if (scenario.name === "getGroup, verified") {
		known.groupKeys = (result as { data: GroupData }).data.keys.map((key) => bytesOf(key.group_key));
	}
	await scenario.check(result, world, page);
	return recorded;
}

/** Honest answers about the keys of others. */
async function foreignAnswers({ api, ann, bob, oldKeyId }: World): Promise<string[]> {
	const headers = { "x-sentc-app-token": api.app_token };
	const paths = [`/user/${ann.user_id}/public_key`, `/user/${ann.user_id}/verify_key/${oldKeyId}`];
	const answers = paths.map(async (path) => (await fetch(`${api.base_url}/api/v1${path}`, { headers })).text());
	return [...(await Promise.all(answers)), success(bob.user_data)];
}

/** What `login` hands to the second factor: the one derivation from the password for all its runs. */
async function loginKeys(world: World, recorded: readonly Recording[], pool: Pool): Promise<UserMfaLogin> {
	const { fetch } = hostileApi(
		recorded.map((item) =>
			item.route.endsWith("/done_login") ? { ...item, text: '{"status":true,"result":"Otp"}' } : item,
		),
		0,
		undefined,
		pool,
	);
	const page = await openPage(world.api, new Map(), fetch);
	const result = await page.sentc.login(world.name, PASSWORD);
	if (result.kind !== "mfa") throw new Error("The API asked for no second factor");
	return result.u;
}

/** A hang is an error like any other. */
async function within<T>(promise: Promise<T>): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const hang = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error("The call hangs")), 20_000);
	});
	return Promise.race([promise, hang]).finally(() => clearTimeout(timer));
}

const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const membersOf = (prototype: object): string => Reflect.ownKeys(prototype).map(String).join();
const cleanPrototypes = prototypes.map(membersOf).join("\n");

async function run(
	scenario: Scenario,
	world: World,
	{ asked, fetch, lies }: ReturnType<typeof hostileApi>,
	seen: Seen,
	change: Mutation | undefined,
): Promise<Iterable<string>> {
	const page = await open(scenario, world, fetch);
	const outcome = await within(
		scenario.call(page, world).then(
			(result) => ({ result }),
			(error: unknown) => ({ error }),
		),
	);
	expect(prototypes.map(membersOf).join("\n")).toBe(cleanPrototypes);
	if (lies() > 0) {
		seen.lies++;
		seen["error" in outcome ? "errors" : "honestResults"]++;
	}
	if ("error" in outcome) {
		if (!isSentcError(outcome.error)) throw outcome.error;
		if (!change) throw outcome.error;
		expect(JSON.parse(String(outcome.error))).toHaveProperty("status");
		return asked.keys();
	}
	await scenario.check(outcome.result, world, page);
	return asked.keys();
}
