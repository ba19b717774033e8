import { type OtpRegistration, otpRoutes } from "@sentc-ts/transport/contract";
import { checkId } from "../input.js";
import type { OtpRegister } from "../types.js";
import { freshLogin, type Reauthentication } from "./fresh-jwt.js";
import type { Session } from "./session.js";

/** The first second factor, or another one besides the recovery keys that are there (protocol/user-protocol §13). */
export function registerOtp(session: Session, reauthentication: Reauthentication): Promise<OtpRegister> {
	return enrol(session, reauthentication, otpRoutes.registerOtp);
}

/** Another second factor; the secret and the recovery keys of before are void. */
export function resetOtp(session: Session, reauthentication: Reauthentication): Promise<OtpRegister> {
	return enrol(session, reauthentication, otpRoutes.resetOtp);
}

/**
 * The text that authenticator apps take as a QR code, and the recovery keys.
 *
 * @param enrolment {@link registerOtp} or {@link resetOtp}
 */
export async function otpUrl(
	issuer: string,
	audience: string,
	enrolment: () => Promise<OtpRegister>,
): Promise<[string, string[]]> {
	checkId("issuer", issuer);
	checkId("audience", audience);
	const { secret, recover } = await enrolment();
	return [`otpauth://totp/${issuer}:${audience}?secret=${secret}&algorithm=SHA256&issuer=${issuer}`, recover];
}

export async function disableOtp(session: Session, reauthentication: Reauthentication): Promise<void> {
	const { tokens } = await freshLogin(session, reauthentication, "client_100");
	await session.context.client.call(otpRoutes.disableOtp, { jwt: tokens.jwt });
	await session.setMfa(false);
}

/** The recovery keys that were not used yet. */
export async function recoveryKeys(session: Session, reauthentication: Reauthentication): Promise<string[]> {
	const { tokens } = await freshLogin(session, reauthentication, "client_100");
	return (await session.context.client.call(otpRoutes.recoveryKeys, { jwt: tokens.jwt })).keys;
}

async function enrol(
	session: Session,
	reauthentication: Reauthentication,
	route: typeof otpRoutes.registerOtp | typeof otpRoutes.resetOtp,
): Promise<OtpRegistration> {
	const { tokens } = await freshLogin(session, reauthentication, "client_100");
	const registration = await session.context.client.call(route, { jwt: tokens.jwt });
	// The secret is shown only now: a storage that fails, or a log out meanwhile, must not lose it.
	await session.setMfa(true).catch(() => undefined);
	return registration;
}
