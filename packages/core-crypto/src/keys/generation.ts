import { type Op, randomBytes } from "../algorithms/op.js";
import type { EncryptionSuite, SecretSuite, SignatureSuite } from "../algorithms/types.js";
import { requireObject } from "../encoding/json.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import {
	encryptionSuites,
	findSuite,
	searchableSuites,
	signatureSuites,
	sortableSuites,
	symmetricSuites,
} from "../suites.js";
import type { GroupCreateData, GroupKeyServerOutput, KeyRotationData } from "../wire/index.js";
import { formatSignature } from "./halves.js";
import { type Key, signKeys } from "./key-string.js";
import { formatExportedPublicKey, formatPublicKeyText, parsePublicKeyText } from "./public-key.js";
import { unwrapKey, unwrapKeyBy, wrapKey, wrapKeyFor } from "./wrap.js";

const [encryptionSuite] = encryptionSuites;
const [signatureSuite] = signatureSuites;
const [symmetricSuite] = symmetricSuites;
const [searchableSuite] = searchableSuites;
const [sortableSuite] = sortableSuites;

/** Who signs a new group key. */
export interface GroupSigner {
	userId: string;
	signKey: string;
}

type GroupKeySignature = Pick<
	GroupCreateData & KeyRotationData,
	"signed_by_user_id" | "signed_by_user_sign_key_id" | "group_key_sig"
>;

/** Checks the signer before any key is made. Without one, nothing is signed (protocol/crypto §7.1, step 5). */
export function groupKeySigner(signer: GroupSigner | undefined): (groupKey: Uint8Array) => Op<GroupKeySignature> {
	const signing = signer === undefined ? undefined : parseSigner(signer);
	return function* (groupKey) {
		if (signing === undefined) return {};
		const { userId, id, suite, bytes } = signing;
		return {
			signed_by_user_id: userId,
			signed_by_user_sign_key_id: id,
			group_key_sig: yield* sign(suite, bytes, groupKey),
		};
	};
}

function parseSigner(signer: GroupSigner): Key<SignatureSuite> & { userId: string } {
	requireObject(signer, "signer");
	const { userId } = signer;
	encodeUtf8(userId, "signer.userId");
	return { userId, ...signKeys.parse(signer.signKey) };
}

/** A user group also has a sign pair. */
export function* createUserGroup(device: Key<EncryptionSuite>): Op<GroupCreateData> {
	const { data, keys } = yield* createGroup(device);
	return { ...data, ...(yield* createSignPair(keys)) };
}

/** protocol/crypto §7.1, steps 1 to 4. */
export function* createGroup(creator: Key<EncryptionSuite>): Op<{ data: GroupCreateData; keys: NewGroupKeys }> {
	const keys = yield* createGroupKeys(creator);
	const { groupKey } = keys;
	const data: GroupCreateData = {
		encrypted_group_key: keys.encryptedGroupKey,
		...keys.members,
		creator_public_key_id: creator.id,
		encrypted_hmac_key: yield* wrapKey(groupKey, yield* randomBytes(searchableSuite.keyLength)),
		encrypted_hmac_alg: searchableSuite.id,
		encrypted_sortable_key: yield* wrapKey(groupKey, yield* randomBytes(sortableSuite.keyLength)),
		encrypted_sortable_alg: sortableSuite.id,
	};
	return { data, keys };
}

/** One generation of group keys, raw, and what a creation and a rotation send of it under the same names. */
interface NewGroupKeys {
	groupKey: Uint8Array;
	publicKey: Uint8Array;
	/** base64; for the owner. */
	encryptedGroupKey: string;
	members: Pick<
		GroupCreateData & KeyRotationData,
		| "group_key_alg"
		| "encrypted_group_key_alg"
		| "encrypted_private_group_key"
		| "public_group_key"
		| "keypair_encrypt_alg"
	>;
}

/** protocol/crypto §7.1, steps 1 to 3, and §7.4, steps 1 and 2. */
export function* createGroupKeys(owner: Key<EncryptionSuite>): Op<NewGroupKeys> {
	const groupKey = yield* randomBytes(symmetricSuite.keyLength);
	const { publicKey, secretKey } = yield* encryptionSuite.keyPair();
	return {
		groupKey,
		publicKey,
		encryptedGroupKey: yield* wrapKeyFor(owner, groupKey),
		members: {
			group_key_alg: symmetricSuite.id,
			encrypted_group_key_alg: owner.suite.id,
			encrypted_private_group_key: yield* wrapKey(groupKey, secretKey),
			public_group_key: formatPublicKeyText(encryptionSuite, publicKey),
			keypair_encrypt_alg: encryptionSuite.id,
		},
	};
}

/** Sign pair of a user group; it signs the public key of the same generation (protocol/crypto §7.1, step 6). */
export function* createSignPair({
	groupKey,
	publicKey,
}: NewGroupKeys): Op<
	Pick<GroupCreateData & KeyRotationData, "encrypted_sign_key" | "verify_key" | "keypair_sign_alg" | "public_key_sig">
> {
	const { publicKey: verifyKey, secretKey: signKey } = yield* signatureSuite.keyPair();
	return {
		encrypted_sign_key: yield* wrapKey(groupKey, signKey),
		verify_key: formatPublicKeyText(signatureSuite, verifyKey),
		keypair_sign_alg: signatureSuite.id,
		public_key_sig: yield* sign(signatureSuite, signKey, publicKey),
	};
}

function* sign(suite: SignatureSuite, signKey: Uint8Array, message: Uint8Array): Op<string> {
	return formatSignature(suite, yield* suite.sign(signKey, message));
}

/** One generation of keys, raw: what user groups and ordinary groups have in common. */
export interface RawKeys {
	groupKey: Key<SecretSuite>;
	privateKey: Key<EncryptionSuite>;
	publicKey: Key<EncryptionSuite>;
	exportedPublicKey: string;
}

/** protocol/crypto §7.2, without the signature. */
export function* openKeyRecord(privateKey: Key<EncryptionSuite>, record: GroupKeyServerOutput): Op<RawKeys> {
	const symmetric = findSuite(symmetricSuites, record.group_key_alg);
	const groupKey = yield* unwrapKeyBy(privateKey, record.encrypted_group_key, symmetric.keyLength);
	const suite = findSuite(encryptionSuites, record.keypair_encrypt_alg);
	const secretKey = yield* unwrapKey(groupKey, record.encrypted_private_group_key, suite.secretKeyLength);
	const publicKey = parsePublicKeyText(encryptionSuites, suite.id, record.public_group_key, record.key_pair_id);
	return {
		groupKey: { suite: symmetric, id: record.group_key_id, bytes: groupKey },
		privateKey: { suite, id: record.key_pair_id, bytes: secretKey },
		publicKey,
		exportedPublicKey: formatExportedPublicKey(publicKey, record.public_key_sig, record.public_key_sig_key_id),
	};
}

/** `verified`: checked and right; `unverified`: there is one, but no verify key was given; `none`: not signed. */
export type SignatureState = "verified" | "unverified" | "none";
