import type { Group } from "@sentc-ts/sdk";
import type { AsyncCommand } from "fast-check";
import { type GroupModel, type Groups, pickReached, type Reached } from "./model.js";
import { openGroup, type World } from "./world.js";

export type GroupCommand = AsyncCommand<Groups, World>;

/** Somebody with a group open. */
export interface Acting extends Reached {
	readonly open: Group;
}

interface Where {
	readonly group: number;
	readonly by: number;
}

/** A step of somebody who has access to a group. */
export function step(
	name: string,
	{ group, by }: Where,
	run: (acting: Acting, model: Groups, world: World) => Promise<void>,
	topOnly = false,
): GroupCommand {
	const target = (model: Readonly<Groups>) => pickReached(model, group, by, topOnly);
	return {
		check: (model) => target(model) !== undefined,
		async run(model, world) {
			const reached = target(model);
			if (!reached) return;
			const open = await openGroup(world.person(reached.user).acting, reached.group);
			await run({ ...reached, open }, model, world);
			see(reached.group, reached.user, open);
		},
		toString: () => `${name}(group ${group}, by ${by})`,
	};
}

/** A step in a top group, where users are members. */
export const topStep = (...[name, where, run]: Parameters<typeof step>): GroupCommand => step(name, where, run, true);

/** What is on a device stays known to its user. */
function see({ seen }: GroupModel, user: number, { data }: Group): void {
	const known = seen.get(user) ?? new Set();
	for (const { group_key_id } of data.keys) known.add(group_key_id);
	seen.set(user, known);
}
