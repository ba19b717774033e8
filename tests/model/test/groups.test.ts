import { runs, tier } from "@sentc-ts/test-world";
import fc from "fast-check";
import { afterAll, it } from "vitest";
import * as content from "../src/groups/content.js";
import { expectAgreed } from "../src/groups/expect-agreed.js";
import * as membership from "../src/groups/membership.js";
import type { Groups } from "../src/groups/model.js";
import type { GroupCommand } from "../src/groups/step.js";
import { createWorld } from "../src/groups/world.js";

const RUNS = runs(50);
/** In each life: a soak has longer ones, too. */
const COMMANDS = tier === "soak" ? 40 : 25;
const TIMEOUT = RUNS * 60_000;

const world = await createWorld(4);
afterAll(() => world.close());

const index = fc.nat({ max: 20 });
const about = fc.record({ group: index, by: index, other: index });
const wait = fc.nat({ max: 20 });
const rank = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });

const everything: fc.Arbitrary<GroupCommand>[] = [
	index.map(content.createTop),
	fc.tuple(index, index, fc.constantFrom("child", "connected")).map((input) => content.createBelow(...input)),
	fc.tuple(index, index, fc.constantFrom("child", "connected")).map((input) => content.createBelow(...input)),
	fc.tuple(index, index).map((input) => content.deleteGroup(...input)),
	fc.tuple(index, index).map((input) => content.rotate(...input)),
	fc.tuple(index, index).map((input) => content.rotate(...input)),
	fc.tuple(index, index, fc.string()).map((input) => content.encrypt(...input)),
	fc.tuple(index, index, fc.string()).map((input) => content.encrypt(...input)),
	fc.tuple(index, index).map((input) => content.decryptAll(...input)),
	fc.tuple(about, rank, fc.boolean()).map((input) => membership.invite(...input)),
	fc.tuple(about, rank, fc.constant(true)).map((input) => membership.invite(...input)),
	fc.tuple(about, rank, fc.constant(true)).map((input) => membership.invite(...input)),
	fc.tuple(about, rank, fc.constant(false)).map((input) => membership.invite(...input)),
	fc.tuple(about, fc.boolean()).map((input) => membership.answerInvite(...input)),
	fc.tuple(about, fc.constant(true)).map((input) => membership.answerInvite(...input)),
	about.map(membership.ask),
	about.map(membership.ask),
	fc.tuple(about, rank, fc.boolean()).map((input) => membership.acceptRequest(...input)),
	about.map(membership.rejectRequest),
	about.map(membership.reInvite),
	fc.tuple(about, fc.integer({ min: 1, max: 4 })).map((input) => membership.updateRank(...input)),
	fc.tuple(about, fc.integer({ min: 1, max: 4 })).map((input) => membership.updateRank(...input)),
	about.map(membership.kick),
	about.map(membership.kick),
	fc
		.tuple(about, fc.record({ accept: wait, kick: wait, rotate: wait }))
		.map((input) => membership.acceptKickRotate(...input)),
	fc.tuple(about, fc.boolean(), fc.boolean()).map((input) => membership.inviteByOwnBackend(...input)),
	fc.tuple(index, index).map((input) => membership.leave(...input)),
	fc.tuple(index, index).map((input) => membership.stopInvites(...input)),
];

it(`${RUNS} random lives of groups end as the model says`, { timeout: TIMEOUT }, async () => {
	const lives = fc.commands(everything, { maxCommands: COMMANDS, size: "max" });
	await fc.assert(
		fc.asyncProperty(lives, async (commands) => {
			const model: Groups = { all: [], gone: [] };
			await content.createTop(0).run(model, world);
			await membership.invite({ group: 0, by: 0, other: 1 }, 1, true).run(model, world);
			await fc.asyncModelRun(() => ({ model, real: world }), commands);
			await expectAgreed(model, world);
		}),
		{ numRuns: RUNS, endOnFailure: tier !== "soak" },
	);
});
