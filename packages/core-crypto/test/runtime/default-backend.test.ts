import { Worker } from "node:worker_threads";
import { rejection } from "@sentc-ts/test-world/outcome";
import { expect, it, onTestFinished, vi } from "vitest";
import { type CryptoBackend, createCrypto } from "../../src/crypto.js";
import { createDefaultBackend } from "../../src/worker/default-backend.js";
import { register } from "../account.js";
import { key, script } from "./workers.js";

const inThread = createCrypto();
const MIB = 1024 * 1024;
const contentKey = key.symmetric;
const { user } = register(inThread, { identifier: "ada", password: "a long password" });
const { exportedPublicKey: publicKey, publicKey: creatorPublicKey, signKey, exportedVerifyKey: verifyKey } = user;
const member = { publicKey, rank: null, keySession: false };
const rotation = { publicKey: creatorPublicKey, previousKey: contentKey };
const searchKey = contentKey.replace("Aes", "HmacSha256");
const sortKey = '{"Ope16":{"key":"eKpdKXDIjeZt2MHfdvyeQA==","key_id":"my-key"}}';

function start(): { crypto: CryptoBackend; workers: Worker[]; messages: unknown[] } {
	const workers: Worker[] = [];
	const messages: unknown[] = [];
	const factory = (): Worker => {
		const worker = new Worker(script);
		const post = worker.postMessage.bind(worker);
		worker.postMessage = (message, ...rest) => {
			messages.push(message);
			post(message, ...rest);
		};
		worker.on("message", (message) => messages.push(message));
		workers.push(worker);
		return worker;
	};
	const crypto = createDefaultBackend({ factory });
	onTestFinished(() => crypto.close());
	return { crypto, workers, messages };
}

it("content by a symmetric key needs no worker, small or large", async () => {
	const { crypto, workers } = start();
	for (const length of [0, 100, 64 * 1024, 4 * MIB]) {
		const data = new Uint8Array(length).fill(7);
		const text = "x".repeat(length);
		const { part } = await crypto.encryptFilePart({ key: { contentKey }, data, isLast: true, moveData: true });
		expect(await crypto.decryptFilePart({ key: { contentKey }, data: part })).toMatchObject({ position: "last" });
		const { head, data: raw } = await crypto.encryptRaw({ key, data });
		const encrypted = await crypto.encrypt({ key, data });
		for (const opened of [
			await crypto.decryptRaw({ key, head, data: raw }),
			await crypto.decrypt({ key, data: encrypted }),
		])
			expect(Buffer.compare(opened.data, data)).toBe(0);
		const opened = await crypto.decryptString({ key, text: await crypto.encryptString({ key, text }) });
		expect(opened.text === text).toBe(true);
		expect(data).toHaveLength(length);
	}
	expect(workers).toHaveLength(0);
});

it("neither do search, order, safety numbers and made-up names", async () => {
	const { crypto, workers } = start();
	expect((await crypto.generateRegisterData({})).identifier).not.toBe("");
	const title = { key: searchKey, text: "title" };
	expect(await crypto.createSearch(title)).toEqual(inThread.createSearch(title));
	expect(await crypto.search(title)).toBe(inThread.search(title));
	const number = { key: sortKey, number: 5 };
	expect(await crypto.encryptSortableNumber(number)).toEqual(inThread.encryptSortableNumber(number));
	const text = { key: sortKey, text: "text" };
	expect(await crypto.encryptSortableString(text)).toEqual(inThread.encryptSortableString(text));
	const person = { verifyKey1: verifyKey, userId1: "ada" };
	expect(await crypto.createSafetyNumber(person)).toBe(inThread.createSafetyNumber(person));
	expect(workers).toHaveLength(0);
});

it("nor do short content that is verified or for a key pair, and a few keys of a group", async () => {
	const { crypto, workers } = start();
	const { privateKey } = user;
	const signed = inThread.encryptString({ key, text: "hello", signKey });
	expect(await crypto.decryptString({ key, text: signed, verifyKey })).toEqual({
		text: "hello",
		signature: "verified",
	});
	const text = await crypto.encryptString({ key: { publicKey }, text: "hello" });
	expect((await crypto.decryptString({ key: { privateKey }, text })).text).toBe("hello");

	const ids = { group_key_id: "group", key_pair_id: "pair", user_public_key_id: "user-pair", time: 5 };
	const record = { ...(await crypto.prepareGroup({ creatorPublicKey })), ...ids };
	const { keys } = await crypto.openGroupKeys({ keys: [{ privateKey, key: record }] });
	expect(keys).toHaveLength(1);
	const groupKeys = keys.map(({ groupKey }) => groupKey);
	expect((await crypto.prepareKeysForNewMember({ ...member, groupKeys })).keys).toHaveLength(1);
	expect(await crypto.prepareKeyRotation(rotation)).toHaveProperty("encrypted_ephemeral_key");
	expect(workers).toHaveLength(0);
});

it.each<[string, (crypto: CryptoBackend) => Promise<unknown>]>([
	["more than 8 MiB", (crypto) => crypto.encrypt({ key, data: new Uint8Array(8 * MIB + 1) })],
	["a text of more than that", (crypto) => crypto.encryptString({ key, text: "x".repeat(8 * MIB + 1) })],
	["a long text to search for", (crypto) => crypto.search({ key: searchKey, text: "x".repeat(MIB) })],
	["much for a public key", (crypto) => crypto.encryptString({ key: { publicKey }, text: "x".repeat(32 * 1024) })],
	["a signature", (crypto) => crypto.encrypt({ key, data: new Uint8Array(), signKey })],
	[
		"a signature of much",
		(crypto) => {
			const text = inThread.encryptString({ key, text: "x".repeat(32 * 1024) });
			return crypto.decryptString({ key, text, verifyKey });
		},
	],
	["a group that is signed", (crypto) => crypto.prepareGroup({ creatorPublicKey, signer: { userId: "ada", signKey } })],
	["keys of a user", (crypto) => crypto.prepareKeyRotation({ ...rotation, signPair: true })],
	["many keys", (crypto) => crypto.prepareKeysForNewMember({ ...member, groupKeys: Array(4).fill(contentKey) })],
])("a worker does %s", async (_, call) => {
	const { crypto, workers } = start();
	await call(crypto);
	expect(workers).toHaveLength(1);
});

it("a long text with a signature crosses as bytes, with the same results and errors", async () => {
	const { crypto, messages } = start();
	for (const text of ["x".repeat(100_000), "Grüße 🙂".repeat(20_000)]) {
		const encrypted = await crypto.encryptString({ key, text, signKey });
		const opened = await crypto.decryptString({ key, text: encrypted, verifyKey });
		expect(opened.signature).toBe("verified");
		expect(opened.text === text).toBe(true);
		expect(inThread.decryptString({ key, text: encrypted, verifyKey }).text === text).toBe(true);
	}
	expect(messages.map(longestStringIn).every((length) => length < 10_000)).toBe(true);

	const long = "x".repeat(100_000);
	const encrypted = inThread.encryptString({ key, text: long, signKey });
	const bytes = inThread.encrypt({ key, data: new Uint8Array(100_000).fill(0xff), signKey });
	const wrong: [name: "encryptString" | "decryptString", input: object][] = [
		["encryptString", { key, text: `${long}\ud800`, signKey }],
		["encryptString", { key: { symmetric: "none" }, text: long, signKey }],
		["decryptString", { key, text: `${long}!!!!`, verifyKey }],
		["decryptString", { key: { symmetric: "none" }, text: `${long}!!!!`, verifyKey }],
		["decryptString", { key, text: `${encrypted.slice(0, -8)}AAAAAAAA`, verifyKey }],
		["decryptString", { key, text: Buffer.from(bytes).toString("base64"), verifyKey }],
	];
	for (const [name, input] of wrong) {
		const inThreadError = await rejection((async () => inThread[name](input as never))());
		expect(await rejection(crypto[name](input as never))).toEqual(inThreadError);
	}
});

/** Of strings in a message. */
function longestStringIn(message: unknown): number {
	if (typeof message === "string") return message.length;
	if (typeof message !== "object" || message === null || message instanceof Uint8Array) return 0;
	return Math.max(0, ...Object.values(message).map(longestStringIn));
}

it("content goes to a worker where AES is TypeScript, unless it is small", async () => {
	vi.stubGlobal("crypto", undefined);
	const { crypto, workers } = start();
	vi.unstubAllGlobals();
	await crypto.encrypt({ key, data: new Uint8Array(100) });
	expect(workers).toHaveLength(0);
	await crypto.encrypt({ key, data: new Uint8Array(MIB) });
	expect(workers).toHaveLength(1);
});

it("so do keys where curves are TypeScript", async () => {
	vi.stubGlobal("crypto", undefined);
	const { crypto, workers } = start();
	vi.unstubAllGlobals();
	await crypto.prepareGroup({ creatorPublicKey });
	expect(workers).toHaveLength(1);
});

it.each([undefined, 5, {}, { key: undefined, text: "hello" }, { key, text: 5 }, { key, data: "hello" }])(
	"wrong input is refused without one: %j",
	async (input) => {
		const { crypto, workers } = start();
		for (const name of ["encryptString", "encrypt", "search"] as const) {
			const inThreadError = await rejection((async () => inThread[name](input as never))());
			expect(await rejection(crypto[name](input as never))).toEqual(inThreadError);
		}
		expect(workers).toHaveLength(0);
	},
);

it("the event loop turns while somebody waits for one call after the other", async () => {
	const { crypto } = start();
	let turned = false;
	setImmediate(() => {
		turned = true;
	});
	let calls = 0;
	for (; calls < 100_000 && !turned; calls++) await crypto.encryptString({ key, text: "hello" });
	expect(turned).toBe(true);
	expect(calls).toBeGreaterThan(1);
});

it("and between calls that were made at once, which keep their order", async () => {
	const { crypto } = start();
	let turned = false;
	setImmediate(() => {
		turned = true;
	});
	const order: number[] = [];
	const before: number[] = [];
	const calls = Array.from({ length: 10_000 }, async (_, index) => {
		await crypto.search({ key: searchKey, text: "title" });
		order.push(index);
		if (!turned) before.push(index);
	});
	await Promise.all(calls);
	expect(order).toEqual(order.toSorted((a, b) => a - b));
	expect(before.length).toBeLessThan(calls.length);
});

it("clear forgets keys of this thread, after the calls before it", async () => {
	const { crypto, workers } = start();
	const parse = vi.spyOn(JSON, "parse");
	onTestFinished(() => parse.mockRestore());
	const parsedBy = async (): Promise<number> => {
		parse.mockClear();
		await crypto.encryptString({ key, text: "hello" });
		return parse.mock.calls.length;
	};
	await crypto.clear();
	expect([await parsedBy(), await parsedBy()]).toEqual([1, 0]);
	const calls = Array.from({ length: 5000 }, () => crypto.encryptString({ key, text: "hello" }));
	await crypto.clear();
	expect(await parsedBy()).toBe(1);
	await Promise.all(calls);
	expect(workers).toHaveLength(0);
});

it("after close every call is refused, those that wait for their turn, too", async () => {
	const { crypto, workers } = start();
	const calls = Array.from({ length: 5000 }, () => crypto.search({ key: searchKey, text: "title" }));
	const settled = Promise.allSettled(calls);
	await crypto.close();
	expect((await settled).at(-1)).toMatchObject({ reason: { code: "WORKER_CLOSED" } });
	for (const call of [crypto.search({ key: searchKey, text: "title" }), crypto.generateContentKey({ masterKey: key })])
		expect(await rejection(call)).toMatchObject({ code: "WORKER_CLOSED" });
	expect(workers).toHaveLength(0);
});
