import type { KeyRotationData } from "@sentc-ts/core-crypto/wire";
import type { RequestContext } from "@sentc-ts/transport";
import { groupRotationRoutes, type KeyRotationStarted } from "@sentc-ts/transport/contract";
import { requirePairs } from "../crypto.js";
import { AnswerForged } from "../errors.js";
import type { KeyPairOwner, KeyRing } from "../keys/key-ring.js";
import { KeyRotation } from "../keys/rotation.js";
import type { Session } from "../session/session.js";
import type { GroupData, GroupKey } from "../types.js";
import { changeGroup } from "./changes.js";
import { groupRequest, signatureOfRotation } from "./keys.js";

/** The group whose keys are rotated. */
interface RotatingGroup {
	readonly session: Session;
	readonly data: GroupData;
	readonly owner: KeyPairOwner;
	readonly ring: KeyRing<GroupKey>;
}

/** The rotations of a group's keys (protocol/group-protocol §12). */
export function groupKeyRotation(group: RotatingGroup): KeyRotation<GroupKey> {
	const { session, owner, ring } = group;
	const { backend, client } = session.context;
	return new KeyRotation(backend, ring, () => owner, {
		signPair: false,
		start: (body) => changeGroup(group, { kind: "rotate" }, () => startRotation(group, body)),
		list: async () => client.call(groupRotationRoutes.listKeyRotations, await requestOf(group)),
		finish: async (key_id, body) => {
			const { params, ...caller } = await requestOf(group);
			const input = { ...caller, params: { ...params, key_id }, body };
			return client.call(groupRotationRoutes.finishKeyRotation, input);
		},
		signatureOf: (rotation) => signatureOfRotation(session, group.data, rotation),
		requireGenuine: (_, { private_group_key: privateKey, exported_public_key: publicKey }) =>
			requirePairs(session.context, { privateKey, publicKey }),
	});
}

/** @throws AnswerForged when the API rotated the keys of another group */
export async function startRotation(group: RotatingGroup, body: KeyRotationData): Promise<KeyRotationStarted> {
	const { client } = group.session.context;
	const started = await client.call(groupRotationRoutes.startKeyRotation, { ...(await requestOf(group)), body });
	requireSameGroup(group.data, started.group_id);
	return started;
}

async function requestOf({ data, session }: RotatingGroup): Promise<RequestContext & { params: { group_id: string } }> {
	return { ...(await groupRequest(session, data)), params: { group_id: data.group_id } };
}

/** @throws AnswerForged when the API did something with another group */
export function requireSameGroup({ group_id }: Pick<GroupData, "group_id">, answered: string): void {
	if (answered !== group_id) throw new AnswerForged("group", "The API answered for another group than was asked for");
}
