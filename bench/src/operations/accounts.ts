import { createSentc, MemoryStorage } from "@sentc-ts/sdk";
import type { Account } from "./account.js";
import { type Argon2, type Goal, type Operation, type Side, sidesOf, type Tools, type Way } from "./operation.js";
import { answerLogin, STUB } from "./stub.js";

/** A real API, and somebody who is registered there. */
export interface Connection {
	readonly base_url: string;
	readonly app_token: string;
	readonly identifier: string;
	readonly password: string;
}

const ALONE: Goal = { node: 2, chromium: 2 };

export function accountOperations(tools: Tools, account: Account, argon2: Argon2): Operation[] {
	const { reference, stub } = tools;
	const { identifier, password } = account;
	answerLogin(stub, account);
	const goals = {
		async: { node: argon2 === "native" ? 0.45 : 0.7, chromium: 2 },
		wasm: { chromium: 0.7 },
		pure: ALONE,
	};
	/** Where WebAssembly has to be asked for. */
	const chosen: readonly "wasm"[] = argon2 === "typescript" ? ["wasm"] : [];
	const exported = account.user.exportedVerifyKey;
	const login = (way: LoginWay): Side => ({
		way,
		goal: goals[way],
		run: () => openAccount(tools, way, account),
	});
	return [
		{
			name: "prepare a registration",
			ours: sidesOf(tools, "prepareRegister", () => ({ identifier, password }), {
				goals,
				ways: ["async", ...chosen, "sync", "pure"],
			}),
			reference: () => reference.prepare_register(identifier, password),
		},
		{
			name: "login, cryptography",
			ours: [login("async"), ...chosen.map(login), login("pure")],
			reference: async () => (await reference.login(STUB, "token", identifier, password)).free(),
		},
		{
			name: "safety number",
			ours: sidesOf(tools, "createSafetyNumber", () => ({
				...{ verifyKey1: exported, userId1: "one", verifyKey2: exported, userId2: "two" },
			})),
			reference: () => reference.user_create_safety_number(exported, "one", exported, "two"),
		},
	];
}

type LoginWay = Exclude<Way, "sync">;

async function openAccount(tools: Tools, way: LoginWay, account: Account): Promise<void> {
	const backend = { async: tools.backend, wasm: tools.wasm, pure: tools.pure }[way];
	const { password, prepareLogin, doneLogin, userKey } = account;
	const { masterKeyEncryptionKey } = await backend.deriveLoginKeys({ password, prepareLogin });
	const { device } = await backend.openDevice({ masterKeyEncryptionKey, doneLogin });
	await backend.openUser({ privateKey: device.privateKey, userKeys: [userKey] });
}

/** A whole login, as an app waits for it. */
export async function loginOperation({ reference }: Tools, connection: Connection): Promise<Operation> {
	const { base_url, app_token, identifier, password } = connection;
	const sentc = createSentc({ base_url, app_token, storage: { getStorage: async () => new MemoryStorage() } });
	await sentc.init();
	return {
		name: "login, with a local API",
		ours: [{ way: "async", run: () => sentc.login(identifier, password, true) }],
		reference: async () => (await reference.login(base_url, app_token, identifier, password)).free(),
	};
}
