import { generateKeyPairSync, sign } from "node:crypto";
import { type ClientOptions, type Person, type ServedApi, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import type { KeyChange, User } from "../../src/index.js";
import { ask } from "../support/ask.js";
import { type Tampered, tamper } from "../support/between.js";
import { copyOf } from "../support/storages.js";

// The people of the tests about trust in the keys of others: Ann, at an API that may lie; Bob, to whom she writes; and Mallory,
// whose keys the API hands out as Bob's.

export type Json = Record<string, unknown>;

export type Policy = "warn" | "block";
export const POLICIES: readonly Policy[] = ["warn", "block"];

export const ANY_PUBLIC_KEY: RegExp = /\/public_key(\/[^/]+)?$/;
export const NEWEST_PUBLIC_KEY: RegExp = /\/public_key$/;
export const PUBLIC_KEY_BY_ID: RegExp = /\/public_key\//;
export const VERIFY_KEY: RegExp = /\/verify_key\//;

/** What a key under the id of a known one leads to. */
export const REPLACED = { name: "KeyChanged", code: "KEY_REPLACED" } as const;

/** A user, and what the API has of that user. */
export interface Other {
	readonly user: User;
	readonly id: string;
	readonly keyId: string;
	readonly key: Json;
	readonly verifyKey: Json;
}

/** Ann, whose client asks for public keys every time. */
export interface Ann extends Person {
	readonly id: string;
	readonly changes: KeyChange[];
	/** Identifiers that came with the changes. */
	readonly tellers: string[];
	readonly api: Tampered;
	/** The requests for keys since the last time this was asked, without the ids. */
	asked(): string[];
}

export interface People {
	readonly api: ServedApi;
	readonly bob: Other;
	readonly mallory: Other;
	/** One more user. */
	meet(): Promise<Other>;
	/** A log in of her own, for tests that end it. */
	signUpAnn(policy: Policy): Promise<Ann>;
	/** The state after a log in, when she has seen nobody's keys yet; without deriving keys from the password once more. */
	newAnn(policy: Policy): Promise<Ann>;
	/** Her next page on the same storage. */
	nextPage(ann: Pick<Ann, "name" | "storage">, policy: Policy): Promise<Ann>;
	/** Ann reads what somebody signed as Bob. */
	read(ann: Ann, author?: User): Promise<string>;
	/** Ann writes to Bob. */
	write(ann: Ann): Promise<string>;
}

export async function startPeople(): Promise<People> {
	const api = await startApi();
	const [bob, mallory] = [await meet(api), await meet(api)];
	const { name, storage: afterLogin } = await signUp(api);
	const nextPage: People["nextPage"] = async ({ name, storage }, policy) => {
		const { options, ...seen } = watching(policy);
		const { sentc } = await startSentc(api, { ...options, storage });
		const user = await sentc.getActualUser();
		return { ...seen, sentc, storage, name, user, id: user.user_data.user_id };
	};
	return {
		...{ api, bob, mallory, nextPage },
		meet: () => meet(api),
		async signUpAnn(policy) {
			const { options, ...seen } = watching(policy);
			const ann = await signUp(api, options);
			return { ...seen, ...ann, id: ann.user.user_data.user_id };
		},
		newAnn: async (policy) => nextPage({ name, storage: await copyOf(afterLogin) }, policy),
		read: async (ann, author = bob.user) =>
			ann.user.decryptString(await author.encryptString("hello", ann.id, true), true, bob.id),
		write: (ann) => ann.user.encryptString("hello", bob.id),
	};
}

async function meet(api: ServedApi): Promise<Other> {
	const { user } = await signUp(api);
	const { user_id: id, newest_key_id: keyId } = user.user_data;
	const key = await ask(api, `/user/${id}/public_key`);
	return { user, id, keyId, key, verifyKey: await ask(api, `/user/${id}/verify_key/${keyId}`) };
}

/** The options of a client of Ann's, and what is seen of it. */
function watching(key_change: Policy): Pick<Ann, "changes" | "tellers" | "api" | "asked"> & { options: ClientOptions } {
	const changes: KeyChange[] = [];
	const tellers: string[] = [];
	const api = tamper();
	const on_key_change = (change: KeyChange, identifier: string): void => {
		changes.push(change);
		tellers.push(identifier);
	};
	const asked = (): string[] =>
		api.requests
			.splice(0)
			.map((request) => /\/user\/[^/]+\/((?:public|verify)_key(?:\/)?)/.exec(request)?.[1])
			.filter((request) => request !== undefined);
	const options = { fetch: api.fetch, public_key_lifetime: 0, key_change, on_key_change };
	return { changes, tellers, api, asked, options };
}

/** A key of somebody else under the id of Bob's. */
export function underIdOf(bob: Other, key: Json): Json {
	const ids = ["public_key_id", "public_key_sig_key_id", "verify_key_id"].filter((name) => name in key);
	return { ...key, ...Object.fromEntries(ids.map((name) => [name, bob.keyId])) };
}

/** A verify key of Mallory's making under Bob's id, and Bob's own public key signed by it. */
export function signedAnew(bob: Other): { key: Json; verifyKey: Json } {
	const { privateKey, publicKey } = generateKeyPairSync("ed25519");
	const raw = String(publicKey.export({ format: "jwk" }).x);
	const verify_key = `-----BEGIN PUBLIC KEY-----\n${Buffer.from(raw, "base64url").toString("base64")}\n-----END PUBLIC KEY-----\n`;
	const { x, k } = JSON.parse(String(bob.key["public_key"]));
	const bytes = Buffer.concat([x, k].map((pem) => Buffer.from(pem.replace(/-----.*-----/g, ""), "base64")));
	return {
		key: { ...bob.key, public_key_sig: sign(null, bytes, privateKey).toString("base64") },
		verifyKey: { verify_key, verify_key_alg: "ED25519", verify_key_id: bob.keyId },
	};
}
