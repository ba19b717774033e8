import { createPrivateKey } from "node:crypto";
import { deviceRoutes, sessionRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, result, startApi } from "../support/api.js";
import { newGroup, newUser, openChallenge, PASSWORD, registerBody } from "../support/client.js";
import { base32Forms, filesOf, forms } from "../support/files.js";
import { signKeys } from "../support/jwt.js";
import { loginWith, registerOtp } from "../support/second-factor.js";

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
		const refreshed = await result(call(server, sessionRoutes.refresh, { jwt, body: { refresh_token: refreshToken } }));
		const renewed = await api.apps.renewTokens(app.appId);
		await api.apps.addJwtKey(app.appId);

		const keys = await signKeys(server);
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
