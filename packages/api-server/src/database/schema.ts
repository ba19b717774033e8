import type { ContentKeyTable } from "./content-key-schema.js";
import type { FilePartTable, FileSessionTable, FileTable, FileUsageTable, PartRemovalTable } from "./file-schema.js";

/**
 * Tables of the database. Times are epoch milliseconds, ids UUIDs, hashes base64 of SHA-256. What is called sealed opens in the
 * vault, and only for its row and column.
 */
export interface Schema {
	meta: MetaTable;
	dataKeys: DataKeyTable;
	apps: AppTable;
	jwtKeys: JwtKeyTable;
	users: UserTable;
	devices: DeviceTable;
	waitingDevices: WaitingDeviceTable;
	sessions: SessionTable;
	loginChallenges: LoginChallengeTable;
	groups: GroupTable;
	members: MemberTable;
	pendingMembers: PendingMemberTable;
	groupKeys: GroupKeyTable;
	wrappedKeys: WrappedKeyTable;
	searchKeys: SearchKeyTable;
	contentKeys: ContentKeyTable;
	secondFactors: SecondFactorTable;
	recoveryKeys: RecoveryKeyTable;
	openRotations: OpenRotationTable;
	jobs: JobTable;
	files: FileTable;
	fileSessions: FileSessionTable;
	fileParts: FilePartTable;
	partRemovals: PartRemovalTable;
	fileUsage: FileUsageTable;
}

/** Facts about the whole installation. */
interface MetaTable {
	name: string;
	value: string;
}

/** The key of the vault, which a root key opens. */
interface DataKeyTable {
	/** Derived from the root key. */
	rootKeyId: string;
	/** Sealed under the root key. */
	wrappedKey: string;
}

export interface AppTable {
	id: string;
	name: string;
	hashedPublicToken: string;
	hashedSecretToken: string;
	/** JSON of the endpoint options. */
	options: string;
	/** 1 = the app of a first start, usable on a loopback address only. */
	development: number;
	disabled: number;
	createdAt: number;
	/** Where the parts of files are (protocol/files §7.1). */
	fileStorage: number;
	/** Hears which parts were deleted, where the app has a storage of its own. */
	fileStorageUrl: string | null;
	/** Goes with that. */
	sealedFileToken: string | null;
}

export interface JwtKeyTable {
	id: string;
	appId: string;
	/** PKCS#8, base64, sealed. */
	signKey: string;
	/** Base64 of the uncompressed point. */
	verifyKey: string;
	createdAt: number;
}

export interface UserTable {
	id: string;
	appId: string;
	userGroupId: string;
	createdAt: number;
}

export interface DeviceTable {
	id: string;
	appId: string;
	/** Always there: devices without an account have a table of their own. */
	userId: string | null;
	/** Finds the device; only the vault can make it of an identifier. */
	identifierIndex: string;
	/** Of the hash of the identifier, which lists show. */
	sealedIdentifierHash: string;
	derivedAlg: string;
	sealedClientRandomValue: string;
	sealedHashedAuthenticationKey: string;
	masterKeyAlg: string;
	sealedEncryptedMasterKey: string;
	encryptedMasterKeyAlg: string;
	publicKey: string;
	encryptedPrivateKey: string;
	keypairEncryptAlg: string;
	verifyKey: string;
	encryptedSignKey: string;
	keypairSignAlg: string;
	createdAt: number;
}

/** A device that waits until somebody who is logged in adds it to an account. Several may wait with one identifier. */
export interface WaitingDeviceTable {
	/** Id of the device. */
	id: string;
	appId: string;
	tokenHash: string;
	/** JSON of what was sent, sealed under the root key. */
	sealedData: string;
	/** Where it came from: an IPv4 address or IPv6 network of 64 bits; empty where nobody knows. */
	address: string;
	/** The network of that: 24 or 48 bits. */
	network: string;
	createdAt: number;
}

/** What a login began: a device, and the refresh token with which it goes on. */
export interface SessionTable {
	id: string;
	deviceId: string;
	/** Of the refresh token that counts. */
	tokenHash: string;
	/** Of what all its refresh tokens begin with; this and the next three are set by the first change of the token. */
	familyHash: string | null;
	/** Of the refresh token before. */
	previousTokenHash: string | null;
	/** What made the token of the one before; base64, sealed. */
	sealedSalt: string | null;
	rotatedAt: number | null;
	createdAt: number;
	/** When the refresh token was made or last used: to the hour, unless it changed. */
	usedAt: number;
}

export interface LoginChallengeTable {
	deviceId: string;
	challengeHash: string;
	createdAt: number;
}

export const GROUP_TYPE = { normal: 0, user: 1 } as const;

export interface GroupTable {
	id: string;
	appId: string;
	parentId: string | null;
	type: number;
	isConnected: number;
	/** 0 = invites and join requests are switched off. */
	inviteAllowed: number;
	createdAt: number;
	/** 1 = somebody who could read the newest key was removed, and the keys were not rotated since. */
	rotationDue: number;
}

/** Who a member is (protocol/http-api §12.1). The members of a user group are its devices. */
export const MEMBER_TYPE = { user: 0, parent: 1, group: 2 } as const;

export interface MemberTable {
	groupId: string;
	memberId: string;
	rank: number;
	type: number;
	joinedAt: number;
	/** Open upload of further wrapped keys. */
	keySessionId: string | null;
	/** 0 = others made it a member, and nobody who may act for it had a say. Of use for groups only. */
	chosen: number;
	/** That of the group, by which a member's groups are listed. */
	groupCreatedAt: number;
}

export const PENDING_KIND = { invite: 0, joinRequest: 1 } as const;

/** An open invite or join request: one per group and invitee. */
export interface PendingMemberTable {
	groupId: string;
	memberId: string;
	kind: number;
	type: number;
	rank: number;
	createdAt: number;
	keySessionId: string | null;
}

/** One generation of the keys of a group, as its creator sent them. */
export interface GroupKeyTable {
	id: string;
	groupId: string;
	groupKeyAlg: string;
	encryptedPrivateKey: string;
	publicKey: string;
	keypairEncryptAlg: string;
	/** The next four belong to user groups only. */
	encryptedSignKey: string | null;
	verifyKey: string | null;
	keypairSignAlg: string | null;
	publicKeySig: string | null;
	signedByUserId: string | null;
	signedByUserSignKeyId: string | null;
	groupKeySig: string | null;
	/** The ephemeral key under the previous group key: until the rotation job has encrypted it for every member. */
	encryptedEphemeralKey: string | null;
	/** The next three are set for keys that come from a rotation. */
	encryptedGroupKeyByEphemeral: string | null;
	ephemeralAlg: string | null;
	previousGroupKeyId: string | null;
	createdAt: number;
	/** 1 = from a rotation because somebody was removed: the limit of the month does not count it. */
	forRemoval: number;
}

/** A group key, encrypted for one member. */
export interface WrappedKeyTable {
	keyId: string;
	memberId: string;
	groupId: string;
	encryptedGroupKey: string;
	encryptedAlg: string;
	/** Id of the public key that `encryptedGroupKey` was made with. */
	publicKeyId: string;
	createdAt: number;
}

/** A key for searchable (`hmac`) or sortable content. */
export interface SearchKeyTable {
	id: string;
	groupId: string;
	kind: "hmac" | "sortable";
	encryptedKey: string;
	alg: string;
	/** Id of the group key that opens it. */
	encryptionKeyId: string;
	createdAt: number;
}

/** The time-based second factor of a user. */
export interface SecondFactorTable {
	userId: string;
	/** Base32 of 32 bytes, sealed. */
	sealedSecret: string;
	/** Time step of the last code that was accepted: neither it nor an earlier one is accepted again. */
	lastStep: number;
	/** Wrong codes since the last right one. */
	failures: number;
	lastFailureAt: number;
	createdAt: number;
}

/** A key that stands in for the second factor once. */
export interface RecoveryKeyTable {
	id: string;
	userId: string;
	/** Base32 of 32 bytes, sealed. */
	sealedKey: string;
	keyHash: string;
	createdAt: number;
}

/** A key rotation that one member has not finished yet (protocol/http-api §14.2). */
export interface OpenRotationTable {
	keyId: string;
	memberId: string;
	groupId: string;
	/** Empty when it could not be encrypted for this member: see `error`. */
	encryptedEphemeralKey: string;
	publicKeyId: string;
	error: string | null;
}

/** Work that goes on after the answer: idempotent steps, so that a killed process does no harm. */
export interface JobTable {
	id: string;
	kind: string;
	/** What it works on; one job of a kind per subject. */
	subjectId: string;
	createdAt: number;
	/** Not before this time. */
	runAt: number;
	/** Who works on it, and until when nobody else may. */
	leaseOwner: string | null;
	leasedUntil: number;
	attempts: number;
	lastError: string | null;
}
