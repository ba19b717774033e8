import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { TestApi } from "@sentc-ts/test-world";
import { SERVER_ERRORS, sessionRoutes } from "@sentc-ts/transport/contract";
import { compactVerify, importJWK } from "jose";
import { describe, expect, it } from "vitest";
import { AppAdminError } from "../../src/index.js";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { newUser } from "../support/client.js";
import { rows } from "../support/database.js";
import { signKeys } from "../support/jwt.js";

const LIFETIME = 300;
const LEEWAY = 60;

const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? "", "base64url").toString());
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Asks who the JWT belongs to. */
function owner(server: TestApi, jwt: string | undefined) {
	return call(server, sessionRoutes.jwtOwner, { jwt, token: server.app.secretToken });
}

describe("issued JWTs", () => {
	it("have the header and claims of the protocol", async () => {
		const server = await startApi();
		const { jwt, userId, deviceId } = await newUser(server);
		const [header, payload] = jwt.split(".");
		const iat = Math.floor(server.clock.now() / 1000);
		expect(decode(header)).toEqual({ typ: "JWT", alg: "ES384", kid: server.app.jwtKeyId });
		const sid = rows(server, "sessions")[0]?.["id"];
		expect(decode(payload)).toEqual({ aud: userId, sub: deviceId, sid, iat, exp: iat + LIFETIME, fresh: true });
	});

	it("verify under the key that the app was created with", async () => {
		const server = await startApi();
		const { jwt } = await newUser(server);
		const point = Buffer.from(server.app.jwtVerifyKey, "base64");
		expect(point).toHaveLength(97);
		const x = point.subarray(1, 49).toString("base64url");
		const y = point.subarray(49).toString("base64url");
		const key = await importJWK({ kty: "EC", crv: "P-384", x, y }, "ES384");
		await expect(compactVerify(jwt, key)).resolves.toBeDefined();
	});
});

describe("the key that signs", () => {
	it("is stored as PKCS#8, sealed", async () => {
		const server = await startApi();
		const [der = Buffer.alloc(0)] = await signKeys(server);
		expect(der).toHaveLength(185);
		const key = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
		expect(key.export({ format: "jwk" })).toMatchObject({
			crv: "P-384",
			x: Buffer.from(server.app.jwtVerifyKey, "base64").subarray(1, 49).toString("base64url"),
		});
	});
});

describe("the keys of an app", () => {
	it("cannot be deleted through another app, nor the last one at all", async () => {
		const { api, app } = await startApi();
		const other = await api.apps.create();
		await api.apps.addJwtKey(other.appId);
		const refusedWith = (code: string) =>
			expect.toSatisfy((error) => error instanceof AppAdminError && error.code === code, code);
		const foreign = api.apps.deleteJwtKey(app.appId, other.jwtKeyId);
		await expect(foreign).rejects.toEqual(refusedWith("JWT_KEY_UNKNOWN"));
		await expect(api.apps.deleteJwtKey(app.appId, app.jwtKeyId)).rejects.toEqual(refusedWith("LAST_JWT_KEY"));
		await expect(api.apps.addJwtKey("nobody")).rejects.toEqual(refusedWith("APP_UNKNOWN"));
		const both = (await api.apps.listJwtKeys(other.appId)).map((key) => api.apps.deleteJwtKey(other.appId, key.id));
		const settled = await Promise.allSettled(both);
		expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
		expect(await api.apps.listJwtKeys(other.appId)).toHaveLength(1);
	});

	it("are found by refresh and login at once, also when JWTs of the old key are in use", async () => {
		const server = await startApi();
		const { jwt, refreshToken } = await newUser(server);
		const added = await server.api.apps.addJwtKey(server.app.appId);
		const body = { refresh_token: refreshToken };
		const refreshed = await result(call(server, sessionRoutes.refresh, { jwt, body }));
		expect(decode(refreshed.jwt.split(".")[0])).toMatchObject({ kid: added.id });
		await server.api.apps.deleteJwtKey(server.app.appId, server.app.jwtKeyId);
		await expectRefusal(call(server, sessionRoutes.refresh, { jwt, body }), SERVER_ERRORS.JWT_KEY_UNKNOWN);
	});
});

describe("a JWT", () => {
	it("counts until 60 seconds past its end, then only where expired ones are allowed", async () => {
		const server = await startApi();
		const { jwt, refreshToken } = await newUser(server);
		server.clock.advance((LIFETIME + LEEWAY) * 1000);
		expect(await owner(server, jwt)).toMatchObject({ ok: true });
		server.clock.advance(1000);
		await expectRefusal(owner(server, jwt), SERVER_ERRORS.JWT_INVALID);

		const body = { refresh_token: refreshToken };
		const refreshed = await result(call(server, sessionRoutes.refresh, { jwt, body }));
		expect(await owner(server, refreshed.jwt)).toMatchObject({ ok: true });
		expect(await call(server, sessionRoutes.init, { jwt, body })).toMatchObject({ ok: true });
	});

	it("with another signature or other claims is 401/30", async () => {
		const server = await startApi();
		const { jwt, userId, deviceId } = await newUser(server);
		const [header = "", payload = "", signature = ""] = jwt.split(".");
		const flipped = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
		await expectRefusal(owner(server, `${header}.${payload}.${flipped}`), SERVER_ERRORS.JWT_INVALID);
		const longer = encode({ ...decode(payload), exp: 2 ** 32 - 1 });
		await expectRefusal(owner(server, `${header}.${longer}.${signature}`), SERVER_ERRORS.JWT_INVALID);
		const foreign = await owner(server, await signed(server, { aud: userId, sub: deviceId }));
		expect(foreign).toMatchObject({ code: SERVER_ERRORS.JWT_INVALID.code });
	});

	it.each(["none", "HS256", "ES256"])("that names the algorithm %s is 401/30", async (alg) => {
		const server = await startApi();
		const { jwt } = await newUser(server);
		const [header, payload, signature] = jwt.split(".");
		const changed = encode({ ...decode(header), alg });
		await expectRefusal(owner(server, `${changed}.${payload}.${signature}`), SERVER_ERRORS.JWT_INVALID);
	});

	it("is missing without the exact scheme", async () => {
		const server = await startApi();
		const { jwt } = await newUser(server);
		await expectRefusal(owner(server, undefined), SERVER_ERRORS.JWT_MISSING);
		for (const authorization of ["", jwt, `bearer ${jwt}`, `Basic ${jwt}`]) {
			const headers = { "x-sentc-app-token": server.app.secretToken, Authorization: authorization };
			const response = await server.api.fetch(new Request("http://api.test/api/v1/user/jwt", { headers }));
			expect(await response.json()).toMatchObject({ err_code: SERVER_ERRORS.JWT_MISSING.code });
		}
	});

	it("without a readable key id is 401/32", async () => {
		const server = await startApi();
		for (const jwt of ["x", "x.y.z", `${encode({ alg: "ES384" })}.x.y`, `${encode({ alg: "ES384", kid: 1 })}.x.y`]) {
			await expectRefusal(owner(server, jwt), SERVER_ERRORS.JWT_MALFORMED);
		}
	});

	it("of a key that the app does not have is 200/35", async () => {
		const server = await startApi();
		const jwt = `${encode({ alg: "ES384", kid: "unknown" })}.${encode({})}.AAAA`;
		await expectRefusal(owner(server, jwt), SERVER_ERRORS.JWT_KEY_UNKNOWN);
	});
});

/** A JWT with the key id of the app, but signed by somebody else. */
async function signed({ app, clock }: TestApi, claims: object): Promise<string> {
	const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
	const iat = Math.floor(clock.now() / 1000);
	const head = encode({ typ: "JWT", alg: "ES384", kid: app.jwtKeyId });
	const data = `${head}.${encode({ ...claims, iat, exp: iat + LIFETIME, fresh: true })}`;
	const signature = sign("sha384", Buffer.from(data), { key: privateKey, dsaEncoding: "ieee-p1363" });
	return `${data}.${signature.toString("base64url")}`;
}
