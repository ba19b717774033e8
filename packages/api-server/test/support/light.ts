import { lightRoutes, type ResultOf } from "@sentc-ts/transport/contract";
import { call, result, type Target } from "./api.js";
import { openChallenge, PASSWORD, registerBody } from "./client.js";

type LightSession = ResultOf<typeof lightRoutes.verifyLogin> & { userId: string; deviceId: string };

export async function registerLight(server: Target, identifier: string) {
	return result(call(server, lightRoutes.register, { body: registerBody(identifier).device }));
}

export async function lightLogin(
	server: Target,
	identifier: string,
	password: string = PASSWORD,
): Promise<LightSession> {
	const { opened, proof } = await openChallenge(server, identifier, password);
	const verified = await result(call(server, lightRoutes.verifyLogin, { body: proof }));
	return { ...verified, userId: opened.userId, deviceId: opened.deviceId };
}

/** A new account without user keys, logged in. */
export async function newLightUser(server: Target, identifier: string): Promise<LightSession> {
	await registerLight(server, identifier);
	return lightLogin(server, identifier);
}
