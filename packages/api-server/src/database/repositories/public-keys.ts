import type { AliasableExpression, Expression, SelectQueryBuilder } from "kysely";
import type { Reads } from "../database.js";
import type { Schema } from "../schema.js";

/** Some members of groups, of whatever kind. */
type Members = SelectQueryBuilder<Schema, "members", object>;

/** What the keys of a group can be wrapped with for one of its members. */
export interface MemberPublicKey {
	readonly memberId: string;
	/** ms */
	readonly joinedAt: number;
	readonly publicKeyId: string;
	readonly publicKey: string;
	readonly algorithm: string;
}

const MEMBER = ["members.memberId", "members.joinedAt"] as const;
const GROUP_KEY = [
	"groupKeys.id as publicKeyId",
	"groupKeys.publicKey",
	"groupKeys.keypairEncryptAlg as algorithm",
] as const;

/**
 * The newest public key of each of these members: of a device its own, of a user that of the user group, of a group its own,
 * whether it is a parent or a member like any other. Who has none, such as a light user, is left out. An id belongs to one
 * kind only.
 */
export function newestPublicKeys(db: Reads, members: Members): AliasableExpression<MemberPublicKey> {
	const devices = members
		.innerJoin("devices", "devices.id", "members.memberId")
		.select([...MEMBER, "devices.id as publicKeyId", "devices.publicKey", "devices.keypairEncryptAlg as algorithm"]);
	const users = members
		.innerJoin("users", "users.id", "members.memberId")
		.innerJoin("groupKeys", (join) =>
			join.on(({ eb, ref }) => eb("groupKeys.id", "=", newestKeyOf(db, ref("users.userGroupId")))),
		)
		.select([...MEMBER, ...GROUP_KEY]);
	const groups = members
		.innerJoin("groupKeys", (join) =>
			join.on(({ eb, ref }) => eb("groupKeys.id", "=", newestKeyOf(db, ref("members.memberId")))),
		)
		.select([...MEMBER, ...GROUP_KEY]);
	return devices.unionAll(users).unionAll(groups);
}

function newestKeyOf(db: Reads, groupId: Expression<string>) {
	return db
		.selectFrom("groupKeys as generations")
		.select("generations.id")
		.where("generations.groupId", "=", groupId)
		.orderBy("generations.createdAt", "desc")
		.orderBy("generations.id")
		.limit(1);
}

/** Is this a public key, of whatever generation, of this device, user or group? */
export async function ownsPublicKey(db: Reads, ownerId: string, publicKeyId: string): Promise<boolean> {
	const device = db.selectFrom("devices").select("id").where("id", "=", ownerId).where("id", "=", publicKeyId);
	const key = db
		.selectFrom("groupKeys")
		.select("id")
		.where("id", "=", publicKeyId)
		.where(({ eb, or, selectFrom }) =>
			or([
				eb("groupId", "=", ownerId),
				eb("groupId", "=", selectFrom("users").select("userGroupId").where("users.id", "=", ownerId)),
			]),
		);
	return (await device.unionAll(key).executeTakeFirst()) !== undefined;
}
