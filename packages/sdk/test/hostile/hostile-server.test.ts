import { PASSWORD, runs } from "@sentc-ts/test-world";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GroupData, isSentcError, User, type UserMfaLogin } from "../../src/index.js";
import { type Mutation, mutation, type Pool, poolOf } from "./mutate.js";
import { bytesOf, known, pairsOf, type Scenario, scenarios, success } from "./scenarios.js";
import { createWorld, hostileApi, openPage, type Page, type Recording, recorder, type World } from "./world.js";

let world: World;
let pool: Pool;
const recordings = new Map<string, Recording[]>();

const itemsOf = (scenario: Scenario): ReadonlyMap<string, unknown> => scenario.items?.(world) ?? world.items;

async function open(scenario: Scenario, fetch: typeof globalThis.fetch): Promise<Page> {
	const page = await openPage(world.api, itemsOf(scenario), fetch, scenario.resume);
	const user = await page.sentc.getActualUser().catch(() => undefined);
	return { ...page, user: user as User };
}

/** All answers of an honest API, scenario by scenario. */
async function record(scenario: Scenario): Promise<void> {
	if (scenario.answers) {
		recordings.set(scenario.name, scenario.answers(recordings, world));
		return;
	}
	const { fetch, recordings: recorded } = recorder();
	const page = await open(scenario, fetch);
	const result = await scenario.call(page, world);
	recordings.set(scenario.name, recorded);
	if (result instanceof User) for (const [secret, open] of pairsOf(result.user_data)) known.pairs.set(secret, open);
	if (scenario.name === "getGroup, verified") {
		known.groupKeys = (result as { data: GroupData }).data.keys.map((key) => bytesOf(key.group_key));
	}
	await scenario.check(result, world, page);
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

/** What the runs saw. */
const seen = { lies: 0, errors: 0, honestResults: 0 };

/** @returns what the API was asked */
async function runHostile(scenario: Scenario, target: number, change?: Mutation): Promise<Iterable<string>> {
	const { asked, fetch, lies } = hostileApi(recordings.get(scenario.name) ?? [], target, change, pool);
	const page = await open(scenario, fetch);
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

beforeAll(async () => {
	world = await createWorld();
	for (const scenario of scenarios) await record(scenario);
	known.login = await loginKeys(recordings.get("login") ?? []);
	const { bob } = world;
	const foreign: string[] = [];
	for (const path of [
		`/user/${world.ann.user_id}/public_key`,
		`/user/${world.ann.user_id}/verify_key/${world.oldKeyId}`,
	]) {
		const headers = { "x-sentc-app-token": world.api.app_token };
		foreign.push(await (await fetch(`${world.api.base_url}/api/v1${path}`, { headers })).text());
	}
	foreign.push(success(bob.user_data));
	pool = poolOf([...foreign, ...[...recordings.values()].flat().map(({ text }) => text)]);
});
afterAll(() => world.api.close());

/** What `login` hands to the second factor: the one derivation from the password for all its runs. */
async function loginKeys(recorded: readonly Recording[]): Promise<UserMfaLogin> {
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

describe("an API that lies", () => {
	it.each(scenarios)("$name: changed answers lead to typed errors or honest results", async (scenario) => {
		const routes = (recordings.get(scenario.name) ?? []).map(({ route }) => route);
		expect(new Set(await runHostile(scenario, 0))).toEqual(new Set(routes));
		await fc.assert(
			fc.asyncProperty(
				fc.nat(9),
				mutation,
				async (target, change) => void (await runHostile(scenario, target, change)),
			),
			{ numRuns: runs(scenario.runs) },
		);
	});

	it(`was met in ${runs(10_000)} calls at least, which saw errors and honest results`, () => {
		expect(seen.lies).toBeGreaterThanOrEqual(runs(10_000));
		expect(seen.errors).toBeGreaterThan(seen.lies / 10);
		expect(seen.honestResults).toBeGreaterThan(seen.lies / 10);
	});
});
