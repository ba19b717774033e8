import type { OpenedGroupKey, SealedGroupKey } from "@sentc-ts/core-crypto";
import type { TestApi } from "@sentc-ts/test-world";
import { onTestFinished } from "vitest";
import { type Database, openDatabase } from "../../src/database/database.js";
import { insertMember } from "../../src/database/repositories/members.js";
import { GROUP_TYPE, MEMBER_TYPE } from "../../src/database/schema.js";
import type { KeyHolder } from "../../src/domain/key/holder.js";
import { listKeys } from "../../src/domain/key/keys.js";
import { startKeyRotation } from "../../src/domain/key/rotation.js";
import type { Services } from "../../src/domain/services.js";
import { createIds } from "../../src/ids.js";
import { createJobs } from "../../src/jobs/jobs.js";
import { startApi } from "./api.js";
import { crypto, newest, newGroup, newUser, type Session } from "./client.js";
import { rotate } from "./devices.js";
import { registerLight } from "./light.js";

// Members of every kind are written into the database, and the rules are called: no route makes all of them at once.

/** A key pair that a member opens its copies with. */
export interface Pair {
	readonly id: string;
	readonly privateKey: string;
	readonly publicKey: string;
}

export const userPairs = ({ userKeys }: Session): Pair[] => userKeys.map((key) => ({ ...key, id: key.groupKeyId }));
export const userPair = (user: Session): Pair => newest(userPairs(user));
export const groupPair = ({ groupKeyId, privateGroupKey, publicGroupKey }: OpenedGroupKey): Pair => ({
	id: groupKeyId,
	privateKey: privateGroupKey,
	publicKey: publicGroupKey,
});

/** Rotations in a month. */
export const MANY = 100;

export const inGroup = (groupId: string, memberId: string): KeyHolder => ({
	groupId,
	groupType: GROUP_TYPE.normal,
	memberId,
});

/** What the rules of keys need, beside a running API. */
function servicesOf({ clock }: TestApi, database: Database): Services {
	const { now } = clock;
	const newId = createIds(now);
	const backend = { encryptEphemeralKeys: () => Promise.reject(new Error("not here")) };
	const jobs = createJobs({ database, crypto, backend, newId, now, onError: () => undefined });
	return { crypto, database, jobs, newId, now } as unknown as Services;
}

export function openGroupKey(sealed: SealedGroupKey): OpenedGroupKey {
	return newest(crypto.openGroupKeys({ keys: [sealed] }).keys);
}

/** A group with one member of each kind, all of whose public keys are of the second generation. */
export async function mixedGroup() {
	const server = await startApi(undefined, undefined, { runJobs: false });
	const database = await openDatabase(server.database, server.rootKey);
	onTestFinished(() => database.close());
	const services = servicesOf(server, database);
	const owner = await newUser(server, "owner");
	const bob = await rotate(server, await newUser(server, "bob"));
	const { user_id: lightId } = await registerLight(server, "light");

	const keysOf = async (user: Session, groupId: string) => {
		const { privateKey } = userPair(user);
		const stored = await listKeys(services, inGroup(groupId, user.userId), undefined);
		return stored.map((key) => openGroupKey({ privateKey, key }));
	};
	const rotatedGroup = async (user: Session) => {
		const groupId = await newGroup(server, user);
		const previousKey = newest(await keysOf(user, groupId)).groupKey;
		const body = crypto.prepareKeyRotation({ publicKey: userPair(user).publicKey, previousKey });
		await startKeyRotation(services, inGroup(groupId, user.userId), body, MANY);
		return { groupId, pairs: (await keysOf(user, groupId)).map(groupPair) };
	};
	const groupId = await newGroup(server, owner);
	const connected = await rotatedGroup(bob);
	const parent = await rotatedGroup(owner);
	await server.api.runJobs();

	const join = (memberId: string, type: number, keySessionId: string | null = null) => {
		server.clock.advance(1);
		const member = { groupId, memberId, rank: 4, type, joinedAt: server.clock.now(), keySessionId, chosen: 1 };
		return database.transaction((db) => insertMember(db, member));
	};
	await join(bob.userId, MEMBER_TYPE.user);
	await join(lightId, MEMBER_TYPE.user);
	await join(connected.groupId, MEMBER_TYPE.group);
	await join(parent.groupId, MEMBER_TYPE.parent);

	const previousKey = newest(await keysOf(owner, groupId)).groupKey;
	return {
		server,
		database,
		services,
		owner,
		bob,
		groupId,
		previousKey,
		/** Those with keys, in the order in which they joined, and their pairs, newest first. */
		members: [
			{ memberId: bob.userId, pairs: userPairs(bob) },
			{ memberId: connected.groupId, pairs: connected.pairs },
			{ memberId: parent.groupId, pairs: parent.pairs },
		],
		/** Of a rotation by this user. */
		body: (user = owner) => crypto.prepareKeyRotation({ publicKey: userPair(user).publicKey, previousKey }),
		join,
	};
}
