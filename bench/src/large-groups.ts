import type { Group, GroupUserListItem, User } from "@sentc-ts/sdk";
import { inviteRoutes } from "@sentc-ts/transport/contract";
import type { Row } from "./measure.js";
import { type ServedApi, serveApi } from "./served-api.js";

/** How many members and keys the measured groups have. */
export interface GroupSizes {
	readonly members: readonly number[];
	readonly keys: readonly number[];
}

const TEXT = "x".repeat(1024);

/** What an app waits for in large groups: the SDK, HTTP, the API and its database together. Each group is made right before its rows. */
export async function* largeGroupRows({ keys, members }: GroupSizes): AsyncGenerator<Row> {
	const served = await serveApi();
	try {
		yield encryptRow("1 member and 1 key", await groupWithMembers(served, 1));
		for (const count of members) yield* memberRows(served, await groupWithMembers(served, count), count);
		for (const count of keys) yield* keyRows(served, await groupWithKeys(served, count), count);
	} finally {
		await served.close();
	}
}

/** The rotation comes last: the others find a group with one key. */
function memberRows(served: ServedApi, group: Group, count: number): Row[] {
	const per = { count, what: "member" } as const;
	return [
		{ name: `list ${count} members`, per, calls: 1, samples: 5, ours: () => listMembers(group, count) },
		openRow(served, group, `${count} members`),
		encryptRow(`${count} members`, group),
		{
			name: `rotate the key of ${count} members, to the last one`,
			per,
			calls: 1,
			samples: 3,
			ours: async () => {
				await group.keyRotation();
				await served.api.runJobs();
			},
		},
	];
}

function keyRows(served: ServedApi, group: Group, count: number): Row[] {
	const per = { count, what: "key" } as const;
	return [{ ...openRow(served, group, `${count} keys`), per }, encryptRow(`${count} keys`, group)];
}

/** As in a new browser: nothing of the group is stored. */
function openRow(served: ServedApi, { data: { group_id } }: Group, what: string): Row {
	let user: User;
	return {
		name: `first getGroup with ${what}`,
		calls: 1,
		samples: 5,
		before: async () => {
			user = await served.openAnew();
		},
		ours: () => user.getGroup(group_id),
	};
}

function encryptRow(what: string, group: Group): Row {
	return { name: `encrypt 1 KiB for ${what}`, calls: 200, samples: 15, ours: () => group.encryptString(TEXT) };
}

async function listMembers(group: Group, count: number): Promise<void> {
	let listed = 0;
	let last: GroupUserListItem | undefined;
	do {
		const page = await group.getMember(last);
		listed += page.length;
		last = page.at(-1);
	} while (last);
	// The list is without the one who asks.
	if (listed !== count - 1) throw new Error(`The list has ${listed} of ${count - 1} members`);
}

/** The owner counts. Each member gets the same wrapped key, as all have the same pair. */
async function groupWithMembers({ candidates, client, owner }: ServedApi, count: number): Promise<Group> {
	const group = await owner.getGroup(await owner.createGroup());
	const others = await candidates(count - 1);
	const [first] = others;
	const prepared = first && JSON.parse(await group.prepareKeysForNewMember(first.userId));
	for (const { publicKeyId, userId } of others) {
		const keys = prepared.keys.map((key: object) => ({ ...key, user_public_key_id: publicKeyId }));
		await client.call(inviteRoutes.inviteUserAuto, {
			jwt: await owner.getJwt(),
			params: { group_id: group.data.group_id, user_id: userId },
			body: { ...prepared, keys },
		});
	}
	return group;
}

async function groupWithKeys({ api, owner }: ServedApi, count: number): Promise<Group> {
	const group = await owner.getGroup(await owner.createGroup());
	for (let keys = 1; keys < count; keys++) await group.keyRotation();
	await api.runJobs();
	return group;
}
