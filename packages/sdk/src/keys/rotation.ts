import { CryptoError, InvalidInput, type SentcError } from "@sentc-ts/core-crypto";
import {
	type DoneKeyRotationData,
	type GroupKeyServerOutput,
	type KeyRotationData,
	type KeyRotationItem,
	userPublicKeyDataSchema,
} from "@sentc-ts/core-crypto/wire";
import { ApiError, EnvelopeError } from "@sentc-ts/transport";
import { userKeyRoutes } from "@sentc-ts/transport/contract";
import { requirePage } from "../answers.js";
import { isSigned } from "../crypto.js";
import { AnswerForged, KeyNotFound, KeyRotationUnfinished } from "../errors.js";
import type { Context } from "../session/context.js";
import type { Account } from "../session/session.js";
import { newestFirst, storeOwnPublicKeys, undefinedWhenUnknown } from "../session/user-keys.js";
import type { UserKeyData } from "../types.js";
import { requirePair } from "./own-pair.js";

/** How often rotations are tried again whose previous key was not there (protocol/user-protocol §14.4). */
const MAX_ROUNDS = 10;

/** What the API has to repeat when the new key is fetched. */
type Expected = Partial<GroupKeyServerOutput>;

/** A rotation that the API has taken and whose key is not here yet. */
interface Taken {
	readonly expected: Expected;
	/** Did the new key come through one that is not only the API's word? */
	readonly proven: boolean;
}

/** The rotations of a user's keys: one step after the other, and each at most once at a time. */
export class KeyRotation {
	readonly #account: Account;
	/** By key id; one stays here when the connection breaks. */
	readonly #taken: Map<string, Taken> = new Map();
	#last: Promise<unknown> = Promise.resolve();
	#starting: Promise<void> | undefined;
	#finishing: Promise<void> | undefined;

	constructor(account: Account) {
		this.#account = account;
	}

	/** Makes new keys for the user (protocol/user-protocol §14.2). */
	start(): Promise<void> {
		this.#starting ??= this.#next(() => this.#rotate()).finally(() => {
			this.#starting = undefined;
		});
		return this.#starting;
	}

	/**
	 * Takes the keys that other devices made (protocol/user-protocol §14.3).
	 *
	 * @throws KeyRotationUnfinished when some of them could not be taken; the others are here
	 */
	finish(): Promise<void> {
		this.#finishing ??= this.#next(() => this.#finishAll()).finally(() => {
			this.#finishing = undefined;
		});
		return this.#finishing;
	}

	#next(run: () => Promise<void>): Promise<void> {
		const done = this.#last.then(run);
		this.#last = done.catch(() => undefined);
		return done;
	}

	async #rotate(): Promise<void> {
		await this.#fetchTaken();
		const { context, data, newestKey, session } = this.#account;
		const body = await context.backend.prepareUserKeyRotation({
			publicKey: data.device.public_key,
			previousKey: newestKey.group_key,
		});
		const jwt = await session.getJwt();
		const { key_id } = await context.client.call(userKeyRoutes.startKeyRotation, { jwt, body });
		this.#taken.set(key_id, { expected: startedKey(key_id, body), proven: true });
		await this.#fetchTaken();
	}

	async #finishAll(): Promise<void> {
		await this.#fetchTaken();
		const { client } = this.#account.context;
		const failures: { key_id: string; error: SentcError }[] = [];
		let open = await client.call(userKeyRoutes.listKeyRotations, { jwt: await this.#account.session.getJwt() });
		requirePage(open);
		for (let round = 0, before = Infinity; round < MAX_ROUNDS && open.length < before; round++) {
			before = open.length;
			const waiting: KeyRotationItem[] = [];
			for (const rotation of open) {
				const outcome = await this.#finishOne(rotation).catch(failureOfOneKey);
				if (outcome === "waiting") waiting.push(rotation);
				else if (outcome !== "done") failures.push({ key_id: rotation.new_group_key_id, error: outcome });
			}
			open = waiting;
		}
		const error = new KeyNotFound("The key before the new one is not on this device");
		failures.push(...open.map(({ new_group_key_id }) => ({ key_id: new_group_key_id, error })));
		if (failures.length > 0) throw new KeyRotationUnfinished(failures);
	}

	/** protocol/user-protocol §14.4. @returns `waiting` when the key before is neither here nor at the API for this device */
	async #finishOne(rotation: KeyRotationItem): Promise<"done" | "waiting"> {
		const { error, new_group_key_id: key_id, previous_group_key_id } = rotation;
		if (typeof error === "string") throw new CryptoError("KEY_ROTATION_FAILED", new Error(error));
		const previous = await this.#account.loadUserKey(previous_group_key_id).catch(undefinedWhenUnknown);
		if (!previous) return "waiting";

		const { context, data, session } = this.#account;
		const body = await context.backend.finishUserKeyRotation({
			rotation,
			privateKey: data.device.private_key,
			publicKey: data.device.public_key,
			previousKey: previous.group_key,
		});
		const jwt = await session.getJwt();
		await context.client.call(userKeyRoutes.finishKeyRotation, { jwt, params: { key_id }, body });
		this.#taken.set(key_id, { expected: finishedKey(key_id, body), proven: !previous.unproven });
		await this.#fetchTaken();
		return "done";
	}

	async #fetchTaken(): Promise<void> {
		for (const [key_id, taken] of this.#taken) {
			const outcome = await this.#fetch(key_id, taken).catch(failureOfOneKey);
			this.#taken.delete(key_id);
			if (outcome) throw outcome;
		}
	}

	/**
	 * A proven key takes the place of one that was fetched before under its id, and never of another proven one: the API may
	 * show an old rotation under a new id, and rotations of keys that it made itself.
	 */
	async #fetch(key_id: string, { expected, proven }: Taken): Promise<void> {
		const account = this.#account;
		const answer = await account.requestUserKey(key_id);
		requireExpected(answer, expected);
		const opened = await account.openUserKey(answer);
		await requireConsistent(account.context, opened);
		requireOwnId(opened, account.data.user_keys);
		const known = account.provenKey(key_id);
		const key = known ?? account.putKey({ ...opened, ...(!proven && { unproven: true }) });
		const isNewest = proven && newestFirst(key, account.newestKey) < 0;
		if (isNewest) account.data.newest_key_id = key_id;
		await account.save();
		if (isNewest) await storeOwnPublicKeys(account);
	}
}

/** A rotation that this device started comes back as it was sent, up to the wrapping. */
function startedKey(key_id: string, body: KeyRotationData): Expected {
	const { group_key_alg, encrypted_private_group_key, public_group_key, keypair_encrypt_alg } = body;
	const { encrypted_sign_key, verify_key, keypair_sign_alg, public_key_sig } = body;
	return {
		...finishedKey(key_id, {
			encrypted_new_group_key: body.encrypted_group_key_by_user,
			public_key_id: body.invoker_public_key_id,
		}),
		group_key_alg,
		encrypted_private_group_key,
		public_group_key,
		keypair_encrypt_alg,
		encrypted_sign_key,
		verify_key,
		keypair_sign_alg,
		public_key_sig,
	};
}

/** Of a rotation that another device started, the group key came through the previous one, which the API does not know. */
function finishedKey(key_id: string, body: Omit<DoneKeyRotationData, "encrypted_alg">): Expected {
	return {
		key_pair_id: key_id,
		keypair_sign_id: key_id,
		public_key_sig_key_id: key_id,
		encrypted_group_key: body.encrypted_new_group_key,
		user_public_key_id: body.public_key_id,
	};
}

function requireExpected(answer: GroupKeyServerOutput, expected: Expected): void {
	for (const [name, value] of Object.entries(expected)) {
		if (answer[name as keyof GroupKeyServerOutput] !== value) {
			throw new AnswerForged("rotation", `The API answered another ${name} than was sent for the new key`);
		}
	}
}

/** What a rotation makes is new. @throws AnswerForged when a key is here under another id */
function requireOwnId(key: UserKeyData, keys: readonly UserKeyData[]): void {
	const same = keys.some((other) => other.group_key_id !== key.group_key_id && publicKeyOf(other) === publicKeyOf(key));
	if (same) throw new AnswerForged("rotation", "The API answered an old key as a new one");
}

function publicKeyOf({ exported_public_key }: UserKeyData): string {
	return userPublicKeyDataSchema.parse(JSON.parse(exported_public_key)).public_key_pem;
}

/** The new keys are whole pairs, and the new sign key has signed the new public key. */
async function requireConsistent(context: Context, key: UserKeyData): Promise<void> {
	const { exported_public_key: publicKey, exported_verify_key: verifyKey } = key;
	await requirePair(context, key);
	if (await isSigned(context, { verifyKey, publicKey })) return;
	throw new AnswerForged("rotation", "The new public key is not signed by the new sign key");
}

/** Passes on what is wrong with one key; throws what would go wrong with every other one, too. */
function failureOfOneKey(error: unknown): SentcError {
	if (error instanceof ApiError || error instanceof EnvelopeError || error instanceof AnswerForged) return error;
	if (error instanceof CryptoError || error instanceof InvalidInput) return error;
	throw error;
}
