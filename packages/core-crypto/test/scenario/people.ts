import { createCrypto, type OpenedGroupKey, type SealedGroupKey, type SyncCrypto } from "../../src/index.js";
import { type Registered, register } from "../account.js";
import { keyId } from "../bytes.js";
import { openGroupKey } from "../one.js";
import { nodePrimitives } from "../support.js";

export const crypto: SyncCrypto = createCrypto(nodePrimitives);

/** Two users, and a group of Alice's that she signed. */
export interface People {
	alice: Registered;
	bob: Registered;
	group: OpenedGroupKey;
	/** The key of the group as a server returns it. */
	groupRecord: SealedGroupKey["key"];
}

export function meet(): People {
	const alice = register(crypto, { identifier: "alice", password: "pässword" });
	const bob = register(crypto, { identifier: "bob", password: "" });
	const signer = { userId: "alice", signKey: alice.user.signKey };
	const data = crypto.prepareGroup({ creatorPublicKey: alice.user.publicKey, signer });
	const ids = { group_key_id: "group-key", key_pair_id: "group-pair", user_public_key_id: keyId(alice.user.publicKey) };
	const groupRecord = { ...data, ...ids, time: 5 };
	return {
		alice,
		bob,
		groupRecord,
		group: openGroupKey(crypto, { privateKey: alice.user.privateKey, key: groupRecord }),
	};
}
