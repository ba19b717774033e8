/**
 * What a person typed as second factor, as the last two arguments of the SDK's functions: six digits are a code of the
 * authenticator app, anything else is a recovery key.
 */
export function secondFactor(text: string): [token?: string, isRecoveryKey?: boolean] {
	const token = text.replaceAll(/\s/g, "");
	return token === "" ? [] : [token, !/^\d{6}$/.test(token)];
}
