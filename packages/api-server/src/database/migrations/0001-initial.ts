import type { Kysely, Migration } from "kysely";
import { createTable, type Table } from "./table-v1.js";

/** In the order of creation: a table refers to earlier ones (or itself) only. */
const tables: Readonly<Record<string, Table>> = {
	meta: { key: ["name"], text: ["name", "value"] },
	apps: {
		key: ["id"],
		text: ["id", "name", "hashedPublicToken", "hashedSecretToken", "options"],
		integer: ["development", "disabled", "createdAt"],
		unique: [["hashedPublicToken"], ["hashedSecretToken"]],
	},
	jwtKeys: {
		key: ["id"],
		text: ["id", "appId", "signKey", "verifyKey"],
		integer: ["createdAt"],
		owner: { appId: "apps" },
		index: [["appId", "createdAt"]],
	},
	groups: {
		key: ["id"],
		text: ["id", "appId"],
		nullable: ["parentId"],
		integer: ["type", "isConnected", "inviteAllowed", "createdAt"],
		owner: { appId: "apps", parentId: "groups" },
		index: [["appId"], ["parentId"]],
	},
	members: {
		key: ["groupId", "memberId"],
		text: ["groupId", "memberId"],
		nullable: ["keySessionId"],
		integer: ["rank", "type", "joinedAt"],
		owner: { groupId: "groups" },
		index: [["memberId"]],
	},
	pendingMembers: {
		key: ["groupId", "memberId"],
		text: ["groupId", "memberId"],
		nullable: ["keySessionId"],
		integer: ["kind", "type", "rank", "createdAt"],
		owner: { groupId: "groups" },
		index: [["memberId"]],
	},
	groupKeys: {
		key: ["id"],
		text: ["id", "groupId", "groupKeyAlg", "encryptedPrivateKey", "publicKey", "keypairEncryptAlg"],
		nullable: [
			"encryptedSignKey",
			"verifyKey",
			"keypairSignAlg",
			"publicKeySig",
			"signedByUserId",
			"signedByUserSignKeyId",
			"groupKeySig",
		],
		integer: ["createdAt"],
		owner: { groupId: "groups" },
		index: [["groupId", "createdAt"]],
	},
	wrappedKeys: {
		key: ["keyId", "memberId"],
		text: ["keyId", "memberId", "groupId", "encryptedGroupKey", "encryptedAlg", "publicKeyId"],
		integer: ["createdAt"],
		owner: { keyId: "groupKeys", groupId: "groups" },
		index: [["groupId", "memberId"]],
	},
	searchKeys: {
		key: ["id"],
		text: ["id", "groupId", "kind", "encryptedKey", "alg", "encryptionKeyId"],
		integer: ["createdAt"],
		owner: { groupId: "groups" },
		index: [["groupId", "kind"]],
	},
	users: {
		key: ["id"],
		text: ["id", "appId", "userGroupId"],
		integer: ["createdAt"],
		owner: { appId: "apps", userGroupId: "groups" },
		index: [["appId"], ["userGroupId"]],
	},
	devices: {
		key: ["id"],
		text: [
			...["id", "appId", "identifierHash", "derivedAlg", "clientRandomValue", "hashedAuthenticationKey"],
			...["masterKeyAlg", "encryptedMasterKey", "encryptedMasterKeyAlg"],
			...["publicKey", "encryptedPrivateKey", "keypairEncryptAlg"],
			...["verifyKey", "encryptedSignKey", "keypairSignAlg"],
		],
		nullable: ["userId", "registrationTokenHash"],
		integer: ["createdAt"],
		owner: { appId: "apps", userId: "users" },
		unique: [["appId", "identifierHash"], ["registrationTokenHash"]],
		index: [["userId"]],
	},
	refreshTokens: {
		key: ["deviceId", "tokenHash"],
		text: ["deviceId", "tokenHash"],
		integer: ["createdAt"],
		owner: { deviceId: "devices" },
	},
	loginChallenges: {
		key: ["deviceId", "challengeHash"],
		text: ["deviceId", "challengeHash"],
		integer: ["createdAt"],
		owner: { deviceId: "devices" },
	},
};

/** The tables of the first release. */
export const initial: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		for (const [name, table] of Object.entries(tables)) await createTable(db, name, table);
	},
};
