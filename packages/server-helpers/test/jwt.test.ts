import { createSecretKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyJwt } from "../src/index.js";
import { createWorld, type World } from "./world.js";

let world: World;
beforeAll(async () => {
	world = await createWorld();
});
afterAll(() => world.close());

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
const ownVerifyKey = verifyKeyOf(publicKey);

function verifyKeyOf(key: KeyObject): string {
	const { x, y } = key.export({ format: "jwk" });
	const coordinates = [x, y].map((text) => Buffer.from(String(text), "base64url"));
	return Buffer.concat([Buffer.from([4]), ...coordinates]).toString("base64");
}

const now = () => Math.floor(Date.now() / 1000);

function sign(claims: JWTPayload, alg = "ES384", key: KeyObject = privateKey, kid = "k1"): Promise<string> {
	const payload = { aud: "user", sub: "device", fresh: true, iat: now(), exp: now() + 300, ...claims };
	return new SignJWT(payload).setProtectedHeader({ typ: "JWT", alg, kid }).sign(key);
}

describe("verifyJwt", () => {
	it("takes a JWT of the API and answers its claims", async () => {
		const { user_data } = await world.signUp();
		expect(await verifyJwt(user_data.jwt, world.verifyKey)).toMatchObject({
			user_id: user_data.user_id,
			device_id: user_data.device_id,
			fresh: true,
		});
	});

	it("chooses among several keys by key id", async () => {
		const other = verifyKeyOf(generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey);
		expect(await verifyJwt(await sign({}), { k0: other, k1: ownVerifyKey })).toMatchObject({ user_id: "user" });
		await expect(verifyJwt(await sign({}), { k0: other })).rejects.toMatchObject({ code: "JWT_KEY_UNKNOWN" });
		await expect(verifyJwt(await sign({}), { k1: other })).rejects.toMatchObject({ code: "JWT_INVALID" });
		await expect(verifyJwt(await sign({}, "ES384", privateKey, "toString"), {})).rejects.toMatchObject({
			code: "JWT_KEY_UNKNOWN",
		});
	});

	it("refuses an expired one", async () => {
		await expect(verifyJwt(await sign({ exp: now() - 1 }), ownVerifyKey)).rejects.toMatchObject({
			code: "JWT_EXPIRED",
		});
	});

	it("refuses one without an end, or without the API's claims", async () => {
		for (const claims of [
			{ exp: undefined },
			{ aud: undefined },
			{ sub: undefined },
			{ fresh: "yes" },
		] as JWTPayload[]) {
			await expect(verifyJwt(await sign(claims), ownVerifyKey)).rejects.toMatchObject({ code: "JWT_INVALID" });
		}
	});

	it("refuses every other algorithm: a HMAC keyed with the verify key, another curve, none", async () => {
		const hmac = await sign({}, "HS256", createSecretKey(Buffer.from(ownVerifyKey, "base64")));
		const curve = await sign({}, "ES256", generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
		const [, payload] = (await sign({})).split(".");
		const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
		for (const jwt of [hmac, curve, none]) {
			await expect(verifyJwt(jwt, ownVerifyKey)).rejects.toMatchObject({ name: "JwtRefused", code: "JWT_INVALID" });
		}
	});

	it("refuses changed claims and texts that are no JWT", async () => {
		const [head, , signature] = (await sign({})).split(".");
		const payload = Buffer.from(JSON.stringify({ aud: "root", sub: "d", fresh: true, iat: now(), exp: now() + 9 }));
		for (const jwt of [`${head}.${payload.toString("base64url")}.${signature}`, "", "a.b.c", "Bearer x"]) {
			await expect(verifyJwt(jwt, ownVerifyKey)).rejects.toMatchObject({ code: "JWT_INVALID" });
		}
	});

	it("takes a verify key as it is copied: without padding, with a line break", async () => {
		expect(ownVerifyKey).toMatch(/==$/);
		for (const key of [
			ownVerifyKey.replace(/=+$/, ""),
			`${ownVerifyKey}\n`,
			` ${ownVerifyKey.replace(/=+$/, "")}\r\n`,
		]) {
			expect(await verifyJwt(await sign({}), key)).toMatchObject({ user_id: "user" });
		}
	});

	it.each([[""], ["AAAA"], [Buffer.alloc(97).toString("base64")]])(
		"names a verify key that is none: %j",
		async (key) => {
			await expect(verifyJwt(await sign({}), key)).rejects.toMatchObject({ field: "verifyKey" });
		},
	);
});
