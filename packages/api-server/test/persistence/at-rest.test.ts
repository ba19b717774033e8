import { createPrivateKey } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestApi } from "@sentc-ts/test-world";
import { deviceRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { Secret } from "otpauth";
import { describe, expect, it } from "vitest";
import { call, result, startApi } from "../support/api.js";
import { crypto, newGroup, newUser, openChallenge, PASSWORD, registerBody } from "../support/client.js";
import { rows } from "../support/database.js";
import { loginWith, registerOtp } from "../support/second-factor.js";

/** All bytes that the database left on the disk. */
function filesOf({ database }: TestApi): Buffer {
	const folder = dirname(database);
	return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

/** The private keys that sign JWTs, as PKCS#8. */
function signKeys(server: TestApi): Buffer[] {
	const symmetric = JSON.stringify({ Aes: { key: Buffer.from(server.rootKey).toString("base64"), key_id: "n" } });
	return rows(server, "jwtKeys").map((row) => {
		const { text } = crypto.decryptString({ key: { symmetric }, text: String(row["signKey"]) });
		return Buffer.from(text, "base64");
	});
}

/** A secret in each form in which it could have been written. */
function forms(secret: string | Buffer): Buffer[] {
	const bytes = typeof secret === "string" ? Buffer.from(secret, "base64") : secret;
	const texts = (["base64", "base64url", "hex"] as const).map((encoding) => bytes.toString(encoding));
	return [
		bytes,
		...texts.map((text) => Buffer.from(text)),
		...(typeof secret === "string" ? [Buffer.from(secret)] : []),
	];
}

/** Base32 texts, and the bytes that they stand for. */
const base32Forms = (texts: readonly string[]) =>
	texts.flatMap((text) => [Buffer.from(text), Buffer.from(Secret.fromBase32(text).bytes)]);

describe("the files of the database", () => {
	it("hold no token, no second factor, no key that signs and no root key in clear, while in use and afterwards", async () => {
		const server = await startApi();
		const { app, api, rootKey } = server;
		const identifier = "the identifier of alice";
		const { jwt, refreshToken } = await newUser(server, identifier);
		const other = await newUser(server);
		await newGroup(server, other);
		const otp = await registerOtp(server, other);
		const [used = "", ...unused] = otp.recover;
		await loginWith(server, other.identifier, used, "validateRecoveryKey");
		const { proof } = await openChallenge(server, identifier);
		const device = registerBody("another identifier").device;
		const { token } = await result(call(server, deviceRoutes.prepareRegisterDevice, { body: device }));
		const refreshed = await result(call(server, userRoutes.refresh, { jwt, body: { refresh_token: refreshToken } }));
		const renewed = await api.apps.renewTokens(app.appId);
		await api.apps.addJwtKey(app.appId);

		const keys = signKeys(server);
		expect(keys).toHaveLength(2);
		const scalars = keys.map((key) => {
			const { d = "" } = createPrivateKey({ key, format: "der", type: "pkcs8" }).export({ format: "jwk" });
			return Buffer.from(d, "base64url");
		});
		const secrets = {
			publicTokens: [app.publicToken, renewed.publicToken],
			secretTokens: [app.secretToken, renewed.secretToken],
			refreshTokens: [refreshToken],
			challenges: [proof.challenge],
			authKeys: [proof.auth_key],
			registrationTokens: [token],
			jwts: [jwt, refreshed.jwt],
			signKeys: keys,
			scalars,
			rootKeys: [Buffer.from(rootKey)],
			otpSecrets: base32Forms([otp.secret]),
			recoveryKeys: base32Forms([used, ...unused]),
			passwords: [Buffer.from(PASSWORD)],
			identifiers: [Buffer.from(identifier), Buffer.from("another identifier")],
		};
		const expectNone = () => {
			const files = filesOf(server);
			const found = Object.entries(secrets).filter(([, values]) =>
				values.flatMap((value) => forms(value)).some((form) => files.includes(form)),
			);
			expect(found.map(([name]) => name)).toEqual([]);
			expect(files.includes(app.appId)).toBe(true);
			expect(files.includes(app.jwtVerifyKey)).toBe(true);
		};
		expectNone();
		await api.close();
		expectNone();
	});
});
