import {
	type CryptoBackend,
	CryptoError,
	type FinishKeyRotationInput,
	type GroupSigner,
	InvalidInput,
	type SentcError,
} from "@sentc-ts/core-crypto";
import type {
	DoneKeyRotationData,
	GroupKeyServerOutput,
	KeyRotationData,
	KeyRotationItem,
} from "@sentc-ts/core-crypto/wire";
import { ApiError, EnvelopeError } from "@sentc-ts/transport";
import { PAGE_SIZE, requirePage } from "../answers.js";
import { AnswerForged, KeyChanged, KeyNotFound, SignerUnknown } from "../errors.js";
import { KeyRotationUnfinished } from "../key-errors.js";
import type { KeyGeneration } from "./key-list.js";
import type { KeyPairOwner, KeyRing } from "./key-ring.js";
import { isUnknownKey } from "./opened.js";

/** How often rotations are tried again whose previous key was not there (protocol/user-protocol §14.4). */
const MAX_ROUNDS = 10;

/** Most pages of rotations that are finished at once: an API could go on for ever. */
const MAX_PAGES = 10;

/** What tells the rotations of a user's keys from those of a group's: one such object per kind of holder. */
export interface RotationHolder<Key> {
	/** Have the holder's keys a sign pair? Those of users have. */
	readonly signPair: boolean;
	start(body: KeyRotationData): Promise<{ key_id: string }>;
	/** What others started and this device has not finished, the oldest first. */
	list(): Promise<KeyRotationItem[]>;
	finish(key_id: string, body: DoneKeyRotationData): Promise<unknown>;
	/**
	 * What the signature of a new key is checked with, before it is taken. Keys of users are not signed.
	 *
	 * @returns `undefined` when the API does not tell who signed: the key itself will
	 * @throws SignerUnknown, KeyChanged
	 */
	signatureOf?(rotation: KeyRotationItem): Promise<Signature | undefined>;
	/** @throws AnswerForged when what the API answered of a new key does not belong together */
	requireGenuine(record: GroupKeyServerOutput, key: Key): Promise<void>;
}

/** Checks the signature of a new group key. */
type Signature = Pick<FinishKeyRotationInput, "verifyKey" | "requireSignature">;

/** Tells the API of a new generation. */
export type SendRotation = (body: KeyRotationData) => Promise<{ key_id: string }>;

/** What the API has to repeat when the new key is fetched. */
type Expected = Partial<GroupKeyServerOutput>;

type SignedGroupKey = Pick<KeyRotationItem, "signed_by_user_id" | "signed_by_user_sign_key_id" | "group_key_sig">;

interface RotationFailure {
	readonly key_id: string;
	readonly error: SentcError;
}

/** A rotation that the API has taken and whose key is not here yet. */
interface Taken {
	readonly expected: Expected;
	/** Did the new key come through one that is not only the API's word? */
	readonly proven: boolean;
}

/** The rotations of one ring: one step after the other, and each at most once at a time. */
export class KeyRotation<Key extends KeyGeneration> {
	readonly #backend: CryptoBackend;
	readonly #ring: KeyRing<Key>;
	readonly #owner: () => KeyPairOwner;
	readonly #holder: RotationHolder<Key>;
	/** By key id; one stays here when the connection breaks. */
	readonly #taken: Map<string, Taken> = new Map();
	#last: Promise<unknown> = Promise.resolve();
	#starting: Promise<Key> | undefined;
	#finishing: Promise<void> | undefined;

	/** @param owner whom the keys of the ring are encrypted for */
	constructor(backend: CryptoBackend, ring: KeyRing<Key>, owner: () => KeyPairOwner, holder: RotationHolder<Key>) {
		this.#backend = backend;
		this.#ring = ring;
		this.#owner = owner;
		this.#holder = holder;
	}

	/**
	 * Makes a new generation (protocol/crypto §7.4); calls at the same time share one.
	 *
	 * @param signer signs the new key of a group
	 */
	start(signer?: GroupSigner): Promise<Key> {
		this.#starting ??= this.startBy((body) => this.#holder.start(body), signer).finally(() => {
			this.#starting = undefined;
		});
		return this.#starting;
	}

	/** {@link KeyRotation.start} by another request, which nothing else can stand for. */
	startBy(send: SendRotation, signer?: GroupSigner): Promise<Key> {
		return this.#next(() => this.#rotate(send, signer));
	}

	/** The body that {@link KeyRotation.start} sends, for an own backend. */
	async prepare(signer?: GroupSigner): Promise<KeyRotationData> {
		const publicKey = await this.#owner().loadPublicKey();
		const previousKey = this.#ring.newest.group_key;
		const { signPair } = this.#holder;
		return this.#backend.prepareKeyRotation({ publicKey, previousKey, signer, signPair });
	}

	/** Takes the generation that an own backend has sent. @param body what was prepared */
	done(key_id: string, body: KeyRotationData): Promise<Key> {
		return this.#next(() => this.#takeStarted(key_id, body));
	}

	/**
	 * Takes the generations that others made (protocol/user-protocol §14.3).
	 *
	 * @throws KeyRotationUnfinished when some of them could not be taken; the others are here
	 */
	finish(): Promise<void> {
		this.#finishing ??= this.#next(() => this.#finishAll()).finally(() => {
			this.#finishing = undefined;
		});
		return this.#finishing;
	}

	#next<T>(run: () => Promise<T>): Promise<T> {
		const done = this.#last.then(run);
		this.#last = done.catch(() => undefined);
		return done;
	}

	async #rotate(send: SendRotation, signer: GroupSigner | undefined): Promise<Key> {
		await this.#fetchTaken();
		const body = await this.prepare(signer);
		const { key_id } = await send(body);
		return this.#takeStarted(key_id, body);
	}

	async #takeStarted(key_id: string, body: KeyRotationData): Promise<Key> {
		this.#taken.set(key_id, { expected: startedKey(key_id, body), proven: true });
		await this.#fetchTaken();
		return this.#ring.get(key_id);
	}

	/** The API answers the oldest of them, page after page; those that can't be finished come again. */
	async #finishAll(): Promise<void> {
		await this.#fetchTaken();
		const seen = new Set<string>();
		const failures: RotationFailure[] = [];
		for (let pages = 0; pages < MAX_PAGES; pages++) {
			const open = await this.#holder.list();
			requirePage(open);
			const page = open.filter(({ new_group_key_id }) => !seen.has(new_group_key_id));
			failures.push(...(await this.#finishPage(page)));
			for (const { new_group_key_id } of page) seen.add(new_group_key_id);
			if (page.length === 0 || open.length < PAGE_SIZE) break;
		}
		if (failures.length > 0) throw new KeyRotationUnfinished(failures);
	}

	/** @returns the rotations that could not be finished */
	async #finishPage(page: readonly KeyRotationItem[]): Promise<RotationFailure[]> {
		const failures: RotationFailure[] = [];
		let open = page;
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
		return [...failures, ...open.map(({ new_group_key_id }) => ({ key_id: new_group_key_id, error }))];
	}

	/** protocol/user-protocol §14.4. @returns `waiting` when the key before is neither here nor at the API for this device */
	async #finishOne(rotation: KeyRotationItem): Promise<"done" | "waiting"> {
		const { error, new_group_key_id: key_id, previous_group_key_id } = rotation;
		if (typeof error === "string") throw new CryptoError("KEY_ROTATION_FAILED", new Error(error));
		const previous = await this.#ring.load(previous_group_key_id).catch(undefinedWhenUnknown);
		if (!previous) return "waiting";

		const owner = this.#owner();
		const signature = await this.#holder.signatureOf?.(rotation);
		const body = await this.#backend.finishKeyRotation({
			...signature,
			rotation,
			privateKey: await owner.loadPrivateKey(rotation.encrypted_eph_key_key_id),
			publicKey: await owner.loadPublicKey(),
			previousKey: previous.group_key,
		});
		await this.#holder.finish(key_id, body);
		const expected = { ...finishedKey(key_id, body), ...(signature && signatureIn(rotation)) };
		this.#taken.set(key_id, { expected, proven: !previous.unproven });
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

	/** The API may show an old rotation under a new id, and rotations of keys that it made itself. */
	async #fetch(key_id: string, { expected, proven }: Taken): Promise<void> {
		const record = await this.#ring.request(key_id);
		requireExpected(record, expected);
		const key = await this.#ring.open(record);
		await this.#holder.requireGenuine(record, key);
		await this.#ring.requireNew([key]);
		await this.#ring.adopt(key, proven);
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
		...signatureIn(body),
	};
}

/** Who signed a new group key, and how. */
function signatureIn({ signed_by_user_id, signed_by_user_sign_key_id, group_key_sig }: SignedGroupKey): Expected {
	return { signed_by_user_id, signed_by_user_sign_key_id, group_key_sig };
}

/** Of a rotation that somebody else started, the group key came through the previous one, which the API does not know. */
function finishedKey(key_id: string, body: Omit<DoneKeyRotationData, "encrypted_alg">): Expected {
	return {
		key_pair_id: key_id,
		encrypted_group_key: body.encrypted_new_group_key,
		user_public_key_id: body.public_key_id,
	};
}

/** What a group does not have (a sign pair) was not sent: it is left out, or `null`. */
function requireExpected(answer: GroupKeyServerOutput, expected: Expected): void {
	for (const [name, value] of Object.entries(expected)) {
		if ((answer[name as keyof GroupKeyServerOutput] ?? undefined) !== (value ?? undefined)) {
			throw new AnswerForged("rotation", `The API answered another ${name} than was sent for the new key`);
		}
	}
}

/** For what can go on without a key that this device was never given: rethrows any other error. */
function undefinedWhenUnknown(error: unknown): undefined {
	if (isUnknownKey(error)) return undefined;
	throw error;
}

/** Passes on what is wrong with one key; throws what would go wrong with every other one, too. */
function failureOfOneKey(error: unknown): SentcError {
	if (error instanceof ApiError || error instanceof EnvelopeError || error instanceof AnswerForged) return error;
	if (error instanceof CryptoError || error instanceof InvalidInput || error instanceof KeyNotFound) return error;
	if (error instanceof KeyChanged || error instanceof SignerUnknown) return error;
	throw error;
}
