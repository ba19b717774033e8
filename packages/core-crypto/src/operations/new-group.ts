import type { EncryptionSuite, SignatureSuite } from "../algorithms/types.js";
import { requireObject } from "../encoding/json.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import { type Key, publicKeys, signKeys } from "../keys/key-string.js";
import { formatPublicKeyText } from "../keys/public-key.js";
import { formatSignature } from "../keys/signature-text.js";
import type { Primitives } from "../primitives/types.js";
import { encryptionSuites, searchableSuites, signatureSuites, sortableSuites, symmetricSuites } from "../suites.js";
import type { GroupCreateData } from "../wire/index.js";
import type { PrepareGroupInput } from "./types.js";
import { wrapKey, wrapKeyFor } from "./wrap.js";

const [encryptionSuite] = encryptionSuites;
const [signatureSuite] = signatureSuites;
const [symmetricSuite] = symmetricSuites;
const [searchableSuite] = searchableSuites;
const [sortableSuite] = sortableSuites;

export function prepareGroup(primitives: Primitives, { creatorPublicKey, signer }: PrepareGroupInput): GroupCreateData {
	const creator = publicKeys.parse(creatorPublicKey);
	if (signer === undefined) return createGroup(primitives, creator).data;
	requireObject(signer, "signer");
	encodeUtf8(signer.userId, "signer.userId");
	const signKey = signKeys.parse(signer.signKey);
	const { data, groupKey } = createGroup(primitives, creator);
	return {
		...data,
		signed_by_user_id: signer.userId,
		signed_by_user_sign_key_id: signKey.id,
		group_key_sig: sign(primitives, signKey.suite, signKey.bytes, groupKey),
	};
}

/** A user group also has a sign pair, and its public key is signed by it (spec crypto §7.1, step 6). */
export function createUserGroup(primitives: Primitives, device: Key<EncryptionSuite>): GroupCreateData {
	const { data, groupKey, publicKey } = createGroup(primitives, device);
	const { publicKey: verifyKey, secretKey: signKey } = signatureSuite.keyPair(primitives);
	return {
		...data,
		encrypted_sign_key: wrapKey(primitives, groupKey, signKey),
		verify_key: formatPublicKeyText(signatureSuite, verifyKey),
		keypair_sign_alg: signatureSuite.id,
		public_key_sig: sign(primitives, signatureSuite, signKey, publicKey),
	};
}

interface NewGroup {
	data: GroupCreateData;
	groupKey: Uint8Array;
	publicKey: Uint8Array;
}

/** Spec crypto §7.1, steps 1 to 4. */
function createGroup(primitives: Primitives, creator: Key<EncryptionSuite>): NewGroup {
	const groupKey = primitives.randomBytes(symmetricSuite.keyLength);
	const { publicKey, secretKey } = encryptionSuite.keyPair(primitives);
	const data: GroupCreateData = {
		encrypted_group_key: wrapKeyFor(primitives, creator, groupKey),
		group_key_alg: symmetricSuite.id,
		encrypted_group_key_alg: creator.suite.id,
		encrypted_private_group_key: wrapKey(primitives, groupKey, secretKey),
		public_group_key: formatPublicKeyText(encryptionSuite, publicKey),
		keypair_encrypt_alg: encryptionSuite.id,
		creator_public_key_id: creator.id,
		encrypted_hmac_key: wrapKey(primitives, groupKey, primitives.randomBytes(searchableSuite.keyLength)),
		encrypted_hmac_alg: searchableSuite.id,
		encrypted_sortable_key: wrapKey(primitives, groupKey, primitives.randomBytes(sortableSuite.keyLength)),
		encrypted_sortable_alg: sortableSuite.id,
	};
	return { data, groupKey, publicKey };
}

function sign(primitives: Primitives, suite: SignatureSuite, signKey: Uint8Array, message: Uint8Array): string {
	return formatSignature(suite, suite.sign(primitives, signKey, message));
}
