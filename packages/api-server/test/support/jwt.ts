/** The claims of a JWT, unverified. */
export function claimsOf(jwt: string): Record<string, unknown> {
	return JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());
}
