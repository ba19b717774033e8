import { createCrypto, type GroupSigner } from "@sentc-ts/core-crypto";
import type { GroupKeyServerOutput, KeyRotationData } from "@sentc-ts/core-crypto/wire";
import { freshName, newUser, PASSWORD, type ServedApi, startSentc } from "@sentc-ts/test-world";
import { type GroupServerData, groupRoutes } from "@sentc-ts/transport/contract";
import { createCryptography } from "../../src/crypto.js";
import { Group } from "../../src/group/group.js";
import { groupKeyRing, openGroupKeys } from "../../src/group/keys.js";
import { OpenGroup } from "../../src/group/open-group.js";
import { type GroupKey, type GroupVerify, MemoryStorage, type UserData } from "../../src/index.js";
import { type KeyRing, listNewestFirst } from "../../src/keys/key-ring.js";
import { KeyRotation } from "../../src/keys/rotation.js";
import { createContext } from "../../src/session/context.js";
import { login } from "../../src/session/login.js";
import { Session } from "../../src/session/session.js";
import { User } from "../../src/user/user.js";
import { type Tampered, tamper } from "./between.js";

// A group whose keys those of another group open. The API has no routes for one yet: it is made as an own group, for the pair of
// the other one, and the API's part in its rotations is here.

const crypto = createCrypto();

export interface Family extends Pick<Tampered, "lie"> {
	readonly userData: UserData;
	/** The user. */
	readonly signer: GroupSigner;
	/** A new group whose keys the user's open. */
	newParent(): Promise<KeyRing<GroupKey>>;
	/** A new group whose keys the parent's open, signed by the user; its rotations encrypt for `heir`, by default the parent. */
	newChild(parent: KeyRing<GroupKey>, verify?: GroupVerify, heir?: KeyRing<GroupKey>): Promise<Child>;
}

interface Child {
	readonly group: Group;
	/** Its only key, as the API answered it. */
	readonly record: GroupKeyServerOutput;
	readonly rotation: KeyRotation<GroupKey>;
	/** What rotations sent. */
	readonly sent: KeyRotationData[];
}

export async function startFamily(api: ServedApi): Promise<Family> {
	const { fetch, lie, through } = tamper();
	const session = await logIn(api, fetch);
	const user = new User(session);
	const { client, backend } = session.context;
	const signer = { userId: session.data.user_id, signKey: session.newestKey.sign_key };

	async function create(creatorPublicKey: string): Promise<GroupServerData> {
		const jwt = await session.getJwt();
		const body = crypto.prepareGroup({ creatorPublicKey, signer });
		const { group_id } = await client.call(groupRoutes.createGroup, { jwt, body });
		return client.call(groupRoutes.getGroup, { jwt, params: { group_id } });
	}

	return {
		lie,
		signer,
		userData: session.data,
		async newParent() {
			const { group_id } = await create(session.newestKey.public_key);
			return groupKeyRing(session, (await user.getGroup(group_id)).data, session.keys);
		},
		async newChild(parent, verify = 0, heir = parent) {
			const { group_id, keys, rank } = await create(await parent.loadPublicKey());
			const list = listNewestFirst((await openGroupKeys(session, parent, keys, { group_id, verify })).keys);
			const [record] = keys;
			if (!list || !record) throw new Error("The group has no keys");
			const data = {
				...{ group_id, rank, verify, from_parent: true, key_update: false, is_connected_group: false },
				...{ create_time: "0", joined_time: "0", last_check_time: 0 },
				...{ ...list, hmac_keys: [], sortable_keys: [] },
			};
			const sent: KeyRotationData[] = [];
			through(async (request, send) => {
				const last = sent.at(-1);
				if (!last || !request.url.endsWith(`/key/${idOf(sent.length)}`)) return send();
				return Response.json({ status: true, result: answered(idOf(sent.length), last) });
			});
			const rotation = new KeyRotation(backend, groupKeyRing(session, data, parent), () => heir, {
				signPair: false,
				start: async (body) => ({ key_id: idOf(sent.push(body)) }),
				list: async () => [],
				finish: async () => {},
				requireGenuine: async () => {},
			});
			return { group: new Group(user, new OpenGroup(session, data, parent)), record, rotation, sent };
		},
	};
}

async function logIn(api: ServedApi, fetch: typeof globalThis.fetch): Promise<Session> {
	const { base_url, app_token } = api;
	const name = freshName();
	await newUser((await startSentc(api)).sentc, name);
	const storage = { getStorage: async () => new MemoryStorage() };
	const context = await createContext({ base_url, app_token, fetch, storage }, createCryptography(false));
	const session = await login(context, name, PASSWORD);
	if (!(session instanceof Session)) throw new Error("A second factor is needed");
	return session;
}

const idOf = (rotations: number): string => `rotated-${rotations}`;

/** As an API answers what a rotation sent: members of a sign pair are null in a group. */
function answered(id: string, body: KeyRotationData): GroupKeyServerOutput {
	return {
		...body,
		...{ encrypted_sign_key: null, verify_key: null, keypair_sign_alg: null, public_key_sig: null },
		encrypted_group_key: body.encrypted_group_key_by_user,
		user_public_key_id: body.invoker_public_key_id,
		group_key_id: id,
		key_pair_id: id,
		time: Date.now(),
	};
}
