import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestApi } from "@sentc-ts/test-world";
import { userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, result, startApi, type Target, temporaryFolder } from "../support/api.js";
import { crypto, login, PASSWORD, type Session } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { filesOf } from "../support/files.js";
import {
	addUser,
	finishGroupRotations,
	found,
	foundChild,
	foundConnected,
	kickAndRotate,
	leave,
	openKeys,
	readGroup,
	rotateGroup,
	type Seat,
	seatInChild,
	seatThrough,
} from "../support/group-keys.js";
import { bytesIn, openAll } from "../support/opening.js";

/** An account with keys of its own: those of other tests share theirs. */
async function ownUser(server: Target, identifier: string): Promise<Session> {
	const body = crypto.prepareRegister({ identifier, password: PASSWORD });
	await result(call(server, userRoutes.register, { body }));
	return login(server, identifier);
}

/** The same API, which also notes every body that is sent and every answer. */
function tapped<Server extends Target>(server: Server, notes: string[]): Server {
	const fetch: Target["api"]["fetch"] = async (request) => {
		notes.push(await request.clone().text());
		const response = await server.api.fetch(request);
		notes.push(await response.clone().text());
		return response;
	};
	return { ...server, api: { ...server.api, fetch } };
}

/** Every value of the database, by its rows, and what was ever sent and is still somewhere in its files. */
function storedBytes(server: Pick<TestApi, "database">, sent: readonly string[]): Buffer[] {
	const tables = withDatabase(server, (db) =>
		db.prepare("select name from sqlite_master where type = 'table'").all([]),
	);
	const values = (tables as { name: string }[]).flatMap(({ name }) => rows(server, name).flatMap(Object.values));
	const files = filesOf(server).toString("latin1");
	const residue = sent.flatMap(textsIn).filter((text) => text.length >= 40 && files.includes(text.slice(0, 80)));
	return [values, residue].flat().flatMap(bytesIn);
}

const textsIn = (note: string): string[] => note.match(/[A-Za-z0-9+/]{40,}={0,2}/g) ?? [];

describe("a removed member with a copy of the database, its log included,", () => {
	/** Mallory was in a group of alice's and bob's with a child and a connected group; all of it was rotated after the removal. */
	async function removal(remove: (server: TestApi, owner: Seat, mallory: Seat) => Promise<unknown>) {
		const plain = await startApi(undefined, undefined, { runJobs: false });
		const [sent, mallorys]: [string[], string[]] = [[], []];
		const server = tapped(plain, sent);
		const tappedByMallory = tapped(server, mallorys);
		const owner = await found(server, await ownUser(server, "alice"));
		const member = await addUser(server, owner, await ownUser(server, "bob"));
		const mallory = await addUser(server, owner, await ownUser(tappedByMallory, "mallory"));
		const child = await foundChild(server, owner);
		const connected = await foundConnected(server, owner);
		await rotateGroup(server, owner);
		await server.api.runJobs();
		for (const [api, seat] of [
			[server, member],
			[tappedByMallory, mallory],
		] as const) {
			await finishGroupRotations(api, seat);
		}
		await openKeys(tappedByMallory, await seatInChild(tappedByMallory, mallory, child.groupId));
		await openKeys(tappedByMallory, await seatThrough(tappedByMallory, mallory, connected.groupId));
		const held = [...mallorys, JSON.stringify(mallory)].flatMap(bytesIn);

		await remove(server, owner, mallory);
		const [newChild, newConnected] = [
			await seatInChild(server, owner, child.groupId),
			await seatThrough(server, owner, connected.groupId),
		];
		for (const seat of [newChild, newConnected]) await rotateGroup(server, seat);
		const during = { database: join(temporaryFolder(), "sentc.db") };
		cpSync(dirname(server.database), dirname(during.database), { recursive: true });
		await server.api.runJobs();
		await finishGroupRotations(server, member);
		const secrets = new Map<string, string>();
		for (const [name, seat] of Object.entries({ group: owner, child: newChild, connected: newConnected })) {
			const [newest] = await openKeys(server, seat);
			// Of a private key, its halves come first.
			for (const kind of ["groupKey", "privateGroupKey"] as const) {
				secrets.set(`${kind} of ${name}`, bytesIn(newest?.[kind]).at(-1)?.toString("base64") ?? "");
			}
		}
		return { server, sent, held, during, secrets, member };
	}

	const sealedKeys = (sent: readonly string[]) =>
		sent.flatMap((note) => [...note.matchAll(/"encrypted_ephemeral_key":"([^"]+)"/g)].map(([, key = ""]) => key));

	const removals = {
		"by a kick that rotates": (server: TestApi, owner: Seat, mallory: Seat) =>
			result(kickAndRotate(server, owner, mallory.user.userId)),
		"by leaving, after which alice rotates": async (server: TestApi, owner: Seat, mallory: Seat) => {
			await result(leave(server, mallory));
			expect(await readGroup(server, owner)).toMatchObject({ rotation_due: true });
			await rotateGroup(server, owner);
		},
	};

	for (const [way, remove] of Object.entries(removals)) {
		it(`opens none of the new keys with all that they ever held: ${way}`, async () => {
			const { server, sent, held, during, secrets, member } = await removal(remove);
			expect(new Set(secrets.values()).size).toBe(6);
			const found = (secretsHeld: readonly Buffer[], where: Pick<TestApi, "database">) => {
				const opened = openAll([...secretsHeld, ...storedBytes(where, sent)]);
				return [...secrets].flatMap(([name, secret]) => (opened.has(secret) ? [name] : []));
			};
			expect(found(held, server)).toEqual([]);
			// The same search, which finds them by what a member has, or before the job has ended.
			expect(found([member.user].flatMap(bytesIn), server)).toEqual([...secrets.keys()]);
			expect(found(held, during)).toEqual([...secrets.keys()]);
		});
	}

	it("finds no sealed key in any byte of the files, the log included, once the job is done", async () => {
		const { server, sent, during } = await removal(removals["by a kick that rotates"]);
		const sealed = sealedKeys(sent);
		expect(sealed).toHaveLength(4);
		const filesDuring = filesOf(during);
		expect(sealed.slice(1).every((key) => filesDuring.includes(key))).toBe(true);
		const files = filesOf(server);
		expect(sealed.filter((key) => files.includes(key))).toEqual([]);
	});
});
