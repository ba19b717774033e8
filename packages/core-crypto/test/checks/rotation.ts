import type { CryptoBackend } from "../../src/crypto.js";
import { publicKeys, symmetricKeys } from "../../src/keys/key-string.js";
import { formatPublicKeyText } from "../../src/keys/public-key.js";
import { unwrapKey } from "../../src/keys/wrap.js";
import type { DoneKeyRotationData, KeyRotationData, KeyRotationItem } from "../../src/wire/index.js";
import { keyId } from "../bytes.js";
import { only, openUserKey } from "../one.js";
import { runPure } from "../run-pure.js";
import { finishersRecord, pendingItem, startersRecord } from "../server-rotation.js";
import { type ReferenceUserKeys, userAsReference } from "./account.js";
import { type Check, different, failsAsReference, failure, form, matches, rows, type Sources, same } from "./check.js";

interface Steps {
	steps: { request: { body: string }; response: { body: string } }[];
}
interface Captured {
	start: { client_inputs: { device_public_key: string; pre_user_key: string } } & Steps;
	fetch_new_key_on_starter: {
		device_private_key: string;
		response_body: string;
		client_result: Omit<ReferenceUserKeys, "time"> & { time: string };
	};
	pending_on_other_device: { client_result: { server_output: string }[] } & Steps;
	finish_on_other_device: {
		inputs: { pre_user_key: string; device_public_key: string; device_private_key: string };
	} & Steps;
	fetch_new_key_on_other_device: { response_body: string; group_key: string };
}
interface Device {
	private_key: string;
	public_key: string;
}
interface Vectors {
	user_key_rotation: {
		device_public_key: string;
		device_private_key: string;
		previous_group_key: string;
		requests: { body: KeyRotationData }[];
	};
}

/** A started rotation and its starter. */
interface Start {
	title: string;
	privateKey: string;
	publicKey: string;
	previousKey: string;
	body: KeyRotationData;
}

const newKeyId = "new-key";

export function rotationChecks({ vectors, capture }: Sources): Check[] {
	const { user_key_rotation: vector } = vectors<Vectors>("group");
	const captured = capture<Captured>("key_rotation");
	const { bob } = vectors<{ bob: { device: Device } }>("keys");
	const probes = capture<{ name: string; thrown?: string }[]>("client_behaviour_probes");
	return [
		...startChecks(bob.device, {
			title: "user key rotation",
			privateKey: vector.device_private_key,
			publicKey: vector.device_public_key,
			previousKey: vector.previous_group_key,
			body: bodyOf(vector.requests),
		}),
		...startChecks(bob.device, {
			title: "recorded rotation",
			privateKey: captured.fetch_new_key_on_starter.device_private_key,
			publicKey: captured.start.client_inputs.device_public_key,
			previousKey: captured.start.client_inputs.pre_user_key,
			body: requestOf(captured.start),
		}),
		...recordedChecks(captured),
		...["with error set", "garbage data"].map((what) => probeCheck(what, captured, probes)),
	];
}

const bodyOf = <T>(requests: { body: T }[]): T => rows(requests)[0].body;
const requestOf = <T>({ steps }: Steps): T => JSON.parse(bodyOf(steps.map(({ request }) => request)));
const resultOf = <T>(body: string): T => JSON.parse(body).result;

function startChecks(other: Device, start: Start): Check[] {
	const { title, privateKey, publicKey, previousKey } = start;

	/** The starter and another device get the same key out of it. */
	async function check(crypto: CryptoBackend, body: KeyRotationData): Promise<string> {
		const record = startersRecord(body, newKeyId);
		const opened = await openUserKey(crypto, { privateKey, userKey: record });
		const { exportedVerifyKey: verifyKey } = opened;
		same(await crypto.verifyUserPublicKey({ verifyKey, publicKey: opened.exportedPublicKey }), true);
		same(sealedKey(body, previousKey), symmetricKeys.parse(opened.groupKey).bytes);

		const rotation = await pendingFor(crypto, other, body);
		const { private_key, public_key } = other;
		const done = await crypto.finishKeyRotation({
			rotation,
			privateKey: private_key,
			publicKey: public_key,
			previousKey,
		});
		const theirs = await openUserKey(crypto, { privateKey: private_key, userKey: finishersRecord(record, done) });
		same(theirs, opened);
		return opened.groupKey;
	}
	return [
		{
			name: `${title}: opens for the starter and for another device`,
			async run(crypto) {
				different(await check(crypto, start.body), previousKey);
			},
		},
		{
			name: `${title}: is started in the same form by us`,
			async run(crypto) {
				const ours = await crypto.prepareKeyRotation({ publicKey, previousKey, signPair: true });
				same(form(ours), form(start.body));
				same(fixedMembers(ours), fixedMembers(start.body));
				different(await check(crypto, ours), await check(crypto, start.body));
			},
		},
	];
}

function fixedMembers(body: KeyRotationData): unknown {
	return Object.entries(body).filter(([name]) => name.endsWith("_alg") || name.endsWith("_id"));
}

/** The new key as everyone with the previous key can read it. */
function sealedKey(body: KeyRotationData, previousKey: string): Uint8Array {
	const previous = symmetricKeys.parse(previousKey).bytes;
	const ephemeralKey = runPure(unwrapKey(previous, body.encrypted_ephemeral_key, 32));
	return runPure(unwrapKey(ephemeralKey, body.encrypted_group_key_by_ephemeral, 32));
}

async function pendingFor(crypto: CryptoBackend, device: Device, body: KeyRotationData): Promise<KeyRotationItem> {
	const { suite, bytes } = publicKeys.parse(device.public_key);
	const entries = await crypto.encryptEphemeralKeys({
		encryptedEphemeralKey: body.encrypted_ephemeral_key,
		recipients: [{ publicKeyString: formatPublicKeyText(suite, bytes), algorithm: suite.id }],
	});
	const { encryptedEphemeralKey: encrypted, error } = only(entries);
	same(error, null);
	return pendingItem(body, newKeyId, { encrypted, publicKeyId: keyId(device.public_key) });
}

function recordedChecks(captured: Captured): Check[] {
	const { fetch_new_key_on_starter: starter, fetch_new_key_on_other_device: other } = captured;
	const { device_private_key: privateKey, ...inputs } = captured.finish_on_other_device.inputs;
	const item = pendingItemOf(captured);
	const [{ server_output }] = rows(captured.pending_on_other_device.client_result);
	return [
		{
			name: "recorded rotation: the starter reads the new key",
			async run(crypto) {
				const userKey = resultOf<never>(starter.response_body);
				const opened = await openUserKey(crypto, { privateKey: starter.device_private_key, userKey });
				same({ ...userAsReference(opened), time: String(opened.time) }, starter.client_result);
			},
		},
		{
			name: "recorded rotation: the other device reads the new key",
			async run(crypto) {
				const opened = await openUserKey(crypto, { privateKey, userKey: resultOf<never>(other.response_body) });
				same(opened.groupKey, other.group_key);
			},
		},
		{
			name: "recorded rotation: the server's part in the same form",
			async run(crypto) {
				const device = { private_key: privateKey, public_key: inputs.device_public_key };
				const ours = await pendingFor(crypto, device, requestOf<KeyRotationData>(captured.start));
				const member = "encrypted_ephemeral_key_by_group_key_and_public_key";
				same(ours[member].length, item[member].length);
			},
		},
		...Object.entries({ "the server's answer": item, "the client's item": JSON.parse(server_output) }).map(
			([what, rotation]): Check => ({
				name: `recorded rotation: another device finishes by ${what}`,
				async run(crypto) {
					const { pre_user_key: previousKey, device_public_key: publicKey } = inputs;
					const ours = await crypto.finishKeyRotation({ rotation, privateKey, publicKey, previousKey });
					const reference = requestOf<DoneKeyRotationData>(captured.finish_on_other_device);
					same(form(ours), form(reference));
					same({ ...ours, encrypted_new_group_key: "" }, { ...reference, encrypted_new_group_key: "" });
					const userKey = finishersRecord(resultOf(other.response_body), ours);
					same((await openUserKey(crypto, { privateKey, userKey })).groupKey, other.group_key);
				},
			}),
		),
	];
}

function pendingItemOf({ pending_on_other_device: { steps } }: Captured): KeyRotationItem {
	const [{ response }] = rows(steps);
	return rows(resultOf<KeyRotationItem[]>(response.body))[0];
}

/** Errors of the reference client without its inputs: those here are of the same kind. */
function probeCheck(what: string, captured: Captured, probes: { name: string; thrown?: string }[]): Check {
	const [probe] = rows(probes.filter(({ name }) => name === `user_finish_key_rotation: ${what}`));
	const { pre_user_key, device_public_key, device_private_key } = captured.finish_on_other_device.inputs;
	const item = pendingItemOf(captured);
	const changes: Record<string, Partial<KeyRotationItem>[]> = {
		"with error set": [{ error: "some error", encrypted_ephemeral_key_by_group_key_and_public_key: "" }],
		"garbage data": [
			{ encrypted_ephemeral_key_by_group_key_and_public_key: "garbage!" },
			{ encrypted_group_key_by_ephemeral: "garbage!" },
		],
	};
	return {
		name: `finish ${what}`,
		async run(crypto) {
			for (const change of rows(changes[what])) {
				const result = crypto.finishKeyRotation({
					rotation: { ...item, ...change },
					privateKey: device_private_key,
					publicKey: device_public_key,
					previousKey: pre_user_key,
				});
				await failsAsReference(result, probe.thrown ?? "");
				if (change.error) matches(String((await failure(result)).cause), /some error/);
			}
		},
	};
}
