import type { CryptoBackend } from "../../src/crypto.js";
import type { OpenedGroupKey } from "../../src/index.js";
import type {
	DoneKeyRotationData,
	GroupKeyServerOutput,
	KeyRotationData,
	KeyRotationItem,
} from "../../src/wire/index.js";
import { finishersRecord, pendingItem, startersRecord } from "../server-rotation.js";
import { type Check, different, form, type People, type Person, rows, type Sources, same } from "./check.js";

interface Rotated {
	signed: boolean;
	decrypted: { group_key: string };
	rotation_request: KeyRotationData;
	rotation_server_input_for_bob: KeyRotationItem;
	rotation_finish_requests_bob: { body: DoneKeyRotationData }[];
	new_key_alice: { group_key: string };
	new_key_bob: { group_key: string };
}

export function groupRotationChecks({ vectors }: Sources): Check[] {
	const { groups } = vectors<{ groups: Rotated[] }>("group");
	const people = vectors<People>("keys");
	return rows(groups).flatMap((group) => checksOf(group, people));
}

function checksOf(group: Rotated, { alice, bob }: People): Check[] {
	const { rotation_request: request, rotation_server_input_for_bob: rotation, signed } = group;
	const previousKey = group.decrypted.group_key;
	const title = signed ? "signed group" : "group without signature";
	const bobs = { privateKey: bob.user.private_key, publicKey: bob.user.public_key };

	async function open(crypto: CryptoBackend, person: Person, key: GroupKeyServerOutput): Promise<OpenedGroupKey> {
		const verifyKey = signed ? alice.user.exported_verify_key : undefined;
		const keys = [{ privateKey: person.user.private_key, key, verifyKey }];
		const [opened] = rows((await crypto.openGroupKeys({ keys, requireSignature: signed })).keys);
		same(opened.signature, signed ? "verified" : "none");
		return opened;
	}
	return [
		{
			name: `${title}: the reference's rotation opens for its starter`,
			async run(crypto) {
				const opened = await open(crypto, alice, startersRecord(request, rotation.new_group_key_id));
				same(opened.groupKey, group.new_key_alice.group_key);
			},
		},
		{
			name: `${title}: a member finishes the reference's rotation`,
			async run(crypto) {
				const ours = await crypto.finishKeyRotation({ rotation, ...bobs, previousKey });
				const [{ body }] = rows(group.rotation_finish_requests_bob);
				same(form(ours), form(body));
				for (const done of [ours, body]) {
					const record = startersRecord(request, rotation.new_group_key_id);
					same((await open(crypto, bob, finishersRecord(record, done))).groupKey, group.new_key_bob.group_key);
				}
			},
		},
		{
			name: `${title}: is rotated in the same form by us`,
			async run(crypto) {
				const signer = signed ? { userId: alice.user_id, signKey: alice.user.sign_key } : undefined;
				const { public_key: publicKey } = alice.user;
				const ours = await crypto.prepareKeyRotation({ publicKey, previousKey, signer });
				same(form(ours), form(request));
				const record = startersRecord(ours, "ours");
				const opened = await open(crypto, alice, record);
				different(opened.groupKey, previousKey);

				const {
					public_key_pem: publicKeyString,
					public_key_alg: algorithm,
					public_key_id: publicKeyId,
				} = JSON.parse(bob.user.exported_public_key);
				const [entry] = rows(
					await crypto.encryptEphemeralKeys({
						encryptedEphemeralKey: ours.encrypted_ephemeral_key,
						recipients: [{ publicKeyString, algorithm }],
					}),
				);
				const item = pendingItem(ours, "ours", { encrypted: entry.encryptedEphemeralKey, publicKeyId });
				const done = await crypto.finishKeyRotation({ rotation: item, ...bobs, previousKey });
				same(await open(crypto, bob, finishersRecord(record, done)), opened);
			},
		},
	];
}
