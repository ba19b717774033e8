import type { CryptoBackend } from "../../src/crypto.js";
import type { OpenedGroupKey } from "../../src/index.js";
import { symmetricKeys } from "../../src/keys/key-string.js";
import { unwrapKey } from "../../src/keys/wrap.js";
import type {
	DoneKeyRotationData,
	GroupCreateData,
	GroupKeyServerOutput,
	HmacKey,
	KeyRotationData,
	KeyRotationItem,
	NewMemberKeys,
	SortableKey,
} from "../../src/wire/index.js";
import { fromBase64, keyId, toHex } from "../bytes.js";
import { onlyKey, openGroupKey } from "../one.js";
import { runPure } from "../run-pure.js";
import { startersRecord } from "../server-rotation.js";
import { type Check, different, failsWith, form, rows, type Sources, same } from "./check.js";
import { opened } from "./group.js";

interface Creation {
	creator: {
		user_id: string;
		public_key: string;
		private_key: string;
		sign_key: string;
		exported_verify_key: string;
	};
	request_body_signed: string;
	request_body_unsigned: string;
	simulated_server_fetch_response: {
		result: { keys: GroupKeyServerOutput[]; hmac_keys: HmacKey[]; sortable_keys: SortableKey[] };
	};
	expected: {
		group_key: string;
		private_group_key: string;
		public_group_key: string;
		exported_public_key: string;
		hmac_key: string;
		sortable_key: string;
	};
}

interface NewMember {
	new_member: { private_key: string; exported_public_key: string };
	group_keys_argument: string;
	request_body_no_rank: string;
	request_body_rank_2_key_count_51: string;
	expected_decrypted_group_key: string;
}

interface Rotation {
	starter: Creation["creator"];
	previous_group_key: string;
	request_body_signed: string;
	request_body_unsigned: string;
	expected_ephemeral_key_b64: string;
	expected_new_group_key_b64: string;
	member: { private_key: string; public_key: string };
	server_pending_list_response: { result: KeyRotationItem[] };
	member_finish_request_body: string;
	new_group_key_id: string;
	member_fetch_new_key_response: { result: GroupKeyServerOutput };
}

interface Content {
	group_key: string;
	exported_verify_key: string;
	plaintext: string;
	encrypted_string: string;
	encrypted_string_signed: string;
	asym: { private_key: string; exported_public_key: string; plaintext: string; encrypted_string_signed: string };
}

/** What the reference client made for one group, from its creation to content. */
export function recordedGroupChecks({ capture }: Sources): Check[] {
	return [
		...creationChecks(capture<Creation>("create_group")),
		...newMemberChecks(capture<NewMember>("new_member_keys")),
		...rotationChecks(capture<Rotation>("group_key_rotation")),
		...contentChecks(capture<Content>("group_encrypt")),
	];
}

const hexOfKey = (keyString: string): string => toHex(symmetricKeys.parse(keyString).bytes);

function creationChecks({ creator, expected, ...recorded }: Creation): Check[] {
	const { keys, hmac_keys, sortable_keys } = recorded.simulated_server_fetch_response.result;
	const [key] = rows(keys);
	const [hmacKey] = rows(hmac_keys);
	const [sortableKey] = rows(sortable_keys);
	const { exported_verify_key: verifyKey, private_key: privateKey } = creator;
	return [
		{
			name: "the answered group opens for its creator, with the signature verified",
			async run(crypto) {
				const key_ = await openGroupKey(crypto, { privateKey, key, verifyKey, requireSignature: true });
				same(
					[key_.groupKey, key_.privateGroupKey, key_.publicGroupKey, key_.exportedPublicKey],
					[expected.group_key, expected.private_group_key, expected.public_group_key, expected.exported_public_key],
				);
				const { groupKey } = key_;
				same(onlyKey(await crypto.openHmacKeys({ keys: [{ groupKey, hmacKey }] })), expected.hmac_key);
				same(onlyKey(await crypto.openSortableKeys({ keys: [{ groupKey, sortableKey }] })), expected.sortable_key);
			},
		},
		...[true, false].map(
			(signed): Check => ({
				name: `a ${signed ? "signed" : "plain"} group is created in the same form`,
				async run(crypto) {
					const { public_key: creatorPublicKey, user_id: userId, sign_key: signKey } = creator;
					const ours = await crypto.prepareGroup({
						creatorPublicKey,
						...(signed && { signer: { userId, signKey } }),
					});
					const body = signed ? recorded.request_body_signed : recorded.request_body_unsigned;
					const reference: GroupCreateData = JSON.parse(body);
					same(form(ours), form(reference));
					same(fixed(ours), fixed(reference));
				},
			}),
		),
	];
}

/** Algorithms and ids. */
function fixed(body: object): unknown {
	return Object.entries(body).filter(([name]) => /_alg$|_id$/.test(name));
}

function newMemberChecks(recorded: NewMember): Check[] {
	const { private_key, exported_public_key: publicKey } = recorded.new_member;
	const groupKeys = (JSON.parse(recorded.group_keys_argument) as unknown[]).map((key) => JSON.stringify(key));
	const cases = { "no rank": recorded.request_body_no_rank, "a session": recorded.request_body_rank_2_key_count_51 };
	return Object.entries(cases).map(([what, body]) => ({
		name: `keys for a new member with ${what}`,
		async run(crypto) {
			const reference: NewMemberKeys = JSON.parse(body);
			const { key_session: keySession, rank = null } = reference;
			const ours = await crypto.prepareKeysForNewMember({ publicKey, groupKeys, rank, keySession });
			same(form(ours), form(reference));
			same(opened(ours, private_key), opened(reference, private_key));
			const [{ encrypted_group_key }] = rows(opened(ours, private_key).keys);
			same(encrypted_group_key, hexOfKey(recorded.expected_decrypted_group_key));
		},
	}));
}

function rotationChecks(recorded: Rotation): Check[] {
	const { starter, member, previous_group_key: previousKey, new_group_key_id: newId } = recorded;
	const { user_id: userId, sign_key: signKey, exported_verify_key: verifyKey } = starter;
	const signed: KeyRotationData = JSON.parse(recorded.request_body_signed);
	const [rotation] = rows(recorded.server_pending_list_response.result);
	const fetched = recorded.member_fetch_new_key_response.result;
	const newKey = toHex(fromBase64(recorded.expected_new_group_key_b64));
	const finish = { rotation, privateKey: member.private_key, publicKey: member.public_key, previousKey };
	const { signed_by_user_id, signed_by_user_sign_key_id, group_key_sig } = signed;
	const telling = { ...rotation, signed_by_user_id, signed_by_user_sign_key_id, group_key_sig };

	async function open(crypto: CryptoBackend, privateKey: string, key: GroupKeyServerOutput): Promise<OpenedGroupKey> {
		return openGroupKey(crypto, { privateKey, key, verifyKey, requireSignature: true });
	}
	return [
		{
			name: "the ephemeral key of a rotation and the new key in it",
			async run() {
				const previous = symmetricKeys.parse(previousKey).bytes;
				const ephemeral = runPure(unwrapKey(previous, signed.encrypted_ephemeral_key, 32));
				same(ephemeral, fromBase64(recorded.expected_ephemeral_key_b64));
				const groupKey = runPure(unwrapKey(ephemeral, signed.encrypted_group_key_by_ephemeral, 32));
				same(toHex(groupKey), newKey);
			},
		},
		{
			name: "a rotation opens for its starter and for the member who finished it",
			async run(crypto) {
				const starters = await open(crypto, starter.private_key, startersRecord(signed, newId));
				const members = await open(crypto, member.private_key, fetched);
				same([hexOfKey(starters.groupKey), hexOfKey(members.groupKey)], [newKey, newKey]);
				same(keyId(members.groupKey), newId);
			},
		},
		...[true, false].map(
			(isSigned): Check => ({
				name: `a ${isSigned ? "signed" : "plain"} rotation is started in the same form`,
				async run(crypto) {
					const signer = isSigned ? { userId, signKey } : undefined;
					const ours = await crypto.prepareKeyRotation({ publicKey: starter.public_key, previousKey, signer });
					const body = isSigned ? recorded.request_body_signed : recorded.request_body_unsigned;
					const reference: KeyRotationData = JSON.parse(body);
					same(form(ours), form(reference));
					same(fixed(ours), fixed(reference));
				},
			}),
		),
		{
			name: "a rotation is finished in the same form, whether the API tells who signed or not",
			async run(crypto) {
				const reference: DoneKeyRotationData = JSON.parse(recorded.member_finish_request_body);
				const done = await crypto.finishKeyRotation(finish);
				const checked = await crypto.finishKeyRotation({
					...finish,
					...{ rotation: telling, verifyKey, requireSignature: true },
				});
				for (const ours of [done, checked]) {
					same(form(ours), form(reference));
					same(fixed(ours), fixed(reference));
					const record = { ...fetched, encrypted_group_key: ours.encrypted_new_group_key };
					same(hexOfKey((await open(crypto, member.private_key, record)).groupKey), newKey);
				}
			},
		},
		{
			name: "a rotation whose signature is wrong or missing is not finished where one is required",
			async run(crypto) {
				const demanding = { ...finish, verifyKey, requireSignature: true };
				await failsWith(crypto.finishKeyRotation(demanding), "SIGNATURE_REQUIRED");
				const unsigned = { ...telling, group_key_sig: null };
				await failsWith(crypto.finishKeyRotation({ ...demanding, rotation: unsigned }), "SIGNATURE_REQUIRED");
				const unknown = { ...demanding, verifyKey: undefined, rotation: telling };
				await failsWith(crypto.finishKeyRotation(unknown), "SIGNATURE_REQUIRED");
				const other = await crypto.prepareKeyRotation({
					...{ publicKey: starter.public_key, previousKey, signer: { userId, signKey } },
				});
				const wrong = { ...telling, group_key_sig: other.group_key_sig };
				const failed = crypto.finishKeyRotation({ ...finish, verifyKey, rotation: wrong });
				await failsWith(failed, "GROUP_KEY_VERIFICATION_FAILED");
			},
		},
	];
}

function contentChecks({ group_key: symmetric, exported_verify_key: verifyKey, asym, ...recorded }: Content): Check[] {
	const privateKey = asym.private_key;
	return [
		{
			name: "content of the group, plain and signed",
			async run(crypto) {
				const key = { symmetric };
				const text = recorded.plaintext;
				same(await crypto.decryptString({ key, text: recorded.encrypted_string }), { text, signature: "none" });
				const signed = { key, text: recorded.encrypted_string_signed };
				same(await crypto.decryptString({ ...signed, verifyKey }), { text, signature: "verified" });
				same(await crypto.decryptString(signed), { text, signature: "unverified" });
				const ours = await crypto.encryptString({ key, text });
				same(ours.length, recorded.encrypted_string.length);
				different(ours, recorded.encrypted_string);
			},
		},
		{
			name: "signed content for a member, by the public key",
			async run(crypto) {
				const { plaintext: text, encrypted_string_signed } = asym;
				const key = { privateKey };
				const decrypted = await crypto.decryptString({ key, text: encrypted_string_signed, verifyKey });
				same(decrypted, { text, signature: "verified" });
				const ours = await crypto.encryptString({ key: { publicKey: asym.exported_public_key }, text });
				same((await crypto.decryptString({ key, text: ours })).text, text);
			},
		},
	];
}
