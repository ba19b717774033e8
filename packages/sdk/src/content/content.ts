import {
	CryptoError,
	type DecryptInput,
	type DecryptionKey,
	type DecryptRawInput,
	type DecryptStringInput,
	type EncryptInput,
	type EncryptionKey,
	type EncryptStringInput,
	InvalidInput,
	type RawEncrypted,
	readHead,
} from "@sentc-ts/core-crypto";
import { type EncryptedHead, encryptedHeadSchema } from "@sentc-ts/core-crypto/wire";
import { checkId, checkText, toBytes } from "../input.js";
import type { Session } from "../session/session.js";

/** How content finds the key that its head names: the only difference between content to a user and in a group. */
export interface DecryptionKeys {
	/** @throws KeyNotFound when the key is not on this device */
	find(id: string): DecryptionKey;
	/** Asks the API for a key that is not on this device. */
	load(id: string): Promise<DecryptionKey>;
}

/** Encrypts and decrypts content, for users and groups alike (protocol/crypto §5). */
export class Content {
	readonly #session: Session;
	readonly #keys: DecryptionKeys;

	constructor(session: Session, keys: DecryptionKeys) {
		this.#session = session;
		this.#keys = keys;
	}

	async encryptRaw(key: EncryptionKey, data: unknown, sign: boolean): Promise<RawEncrypted> {
		return this.#backend.encryptRaw(this.#encryptInput(key, data, sign));
	}

	encryptRawSync(key: EncryptionKey, data: unknown, sign: boolean): RawEncrypted {
		return this.#crypto.encryptRaw(this.#encryptInput(key, data, sign));
	}

	async encrypt(key: EncryptionKey, data: unknown, sign: boolean): Promise<Uint8Array> {
		return this.#backend.encrypt(this.#encryptInput(key, data, sign));
	}

	encryptSync(key: EncryptionKey, data: unknown, sign: boolean): Uint8Array {
		return this.#crypto.encrypt(this.#encryptInput(key, data, sign));
	}

	async encryptString(key: EncryptionKey, text: unknown, sign: boolean): Promise<string> {
		return this.#backend.encryptString(this.#encryptStringInput(key, text, sign));
	}

	encryptStringSync(key: EncryptionKey, text: unknown, sign: boolean): string {
		return this.#crypto.encryptString(this.#encryptStringInput(key, text, sign));
	}

	async decryptRaw(head: string, data: unknown, verifyKey: string | undefined): Promise<Uint8Array> {
		const key = await this.#keys.load(parseHead(head).id);
		return (await this.#backend.decryptRaw(this.#decryptRawInput(key, head, data, verifyKey))).data;
	}

	decryptRawSync(head: string, data: unknown, verifyKey: string | undefined): Uint8Array {
		const key = this.#keys.find(parseHead(head).id);
		return this.#crypto.decryptRaw(this.#decryptRawInput(key, head, data, verifyKey)).data;
	}

	async decrypt(data: unknown, verify: boolean, userId: string | undefined): Promise<Uint8Array> {
		const bytes = toBytes("data", data);
		const head = readHead(bytes);
		const input: DecryptInput = {
			key: await this.#keys.load(head.id),
			data: bytes,
			...(await this.#signerOf(head, verify, userId)),
		};
		return (await this.#backend.decrypt(input)).data;
	}

	decryptSync(data: unknown, verifyKey: string | undefined): Uint8Array {
		const bytes = toBytes("data", data);
		const head = readHead(bytes);
		const input: DecryptInput = { key: this.#keys.find(head.id), data: bytes, ...this.#signer(verifyKey) };
		return this.#crypto.decrypt(input).data;
	}

	async decryptString(text: unknown, verify: boolean, userId: string | undefined): Promise<string> {
		checkText("text", text);
		const head = readHead(text);
		const input: DecryptStringInput = {
			key: await this.#keys.load(head.id),
			text,
			...(await this.#signerOf(head, verify, userId)),
		};
		return (await this.#backend.decryptString(input)).text;
	}

	decryptStringSync(text: unknown, verifyKey: string | undefined): string {
		checkText("text", text);
		const head = readHead(text);
		const input: DecryptStringInput = { key: this.#keys.find(head.id), text, ...this.#signer(verifyKey) };
		return this.#crypto.decryptString(input).text;
	}

	get #crypto(): Session["context"]["crypto"] {
		return this.#session.context.crypto;
	}

	get #backend(): Session["context"]["backend"] {
		return this.#session.context.backend;
	}

	#encryptInput(key: EncryptionKey, data: unknown, sign: boolean): EncryptInput {
		return { key, data: toBytes("data", data), ...this.#signKey(sign) };
	}

	#encryptStringInput(key: EncryptionKey, text: unknown, sign: boolean): EncryptStringInput {
		checkText("text", text);
		return { key, text, ...this.#signKey(sign) };
	}

	#decryptRawInput(key: DecryptionKey, head: string, data: unknown, verifyKey: string | undefined): DecryptRawInput {
		return { key, head, data: toBytes("data", data), ...this.#signer(verifyKey) };
	}

	#signKey(sign: boolean): Pick<EncryptInput, "signKey" | "refuseKeyLength"> {
		const { context, newestKey } = this.#session;
		return sign ? { signKey: newestKey.sign_key, refuseKeyLength: !context.signShortContent } : {};
	}

	/** Who passes a verify key wants the signature checked. */
	#signer(verifyKey: string | undefined): { verifyKey?: string; requireSignature?: boolean } {
		if (verifyKey === undefined) return {};
		checkId("verify_key", verifyKey);
		return { verifyKey, requireSignature: this.#session.context.requireSignatures };
	}

	/** The verify key that the head names, from the user who is said to have signed. */
	async #signerOf(
		head: EncryptedHead,
		verify: boolean,
		userId: string | undefined,
	): Promise<{ verifyKey?: string; requireSignature?: boolean }> {
		const { publicKeys, requireSignatures } = this.#session.context;
		if (!verify) return {};
		if (requireSignatures && userId === undefined) throw new InvalidInput("user_id", "is needed to verify");
		if (userId === undefined || !head.sign) return { requireSignature: requireSignatures };
		const verifyKey = await publicKeys.verifyKey(userId, head.sign.id, this.#session);
		return { verifyKey, requireSignature: requireSignatures };
	}
}

function parseHead(head: unknown): EncryptedHead {
	checkText("head", head);
	try {
		return encryptedHeadSchema.parse(JSON.parse(head));
	} catch (cause) {
		throw new CryptoError("JSON_INVALID", cause);
	}
}
