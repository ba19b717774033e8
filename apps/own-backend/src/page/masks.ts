const SHORT = 48;

/** What opens something for whoever reads it: members of bodies and answers, and headers. */
const SECRETS = new Set([
	...["authorization", "cookie"],
	...["password", "auth_key", "old_auth_key", "new_hashed_authentication_key", "hashed_authentication_key"],
	...["challenge", "jwt", "refresh_token", "token", "secret", "recover", "keys"],
]);

/** A value as "What travels" shows it: long texts are shortened, and secrets are never shown, however short they are. */
function masked(value: unknown, name = ""): unknown {
	if (typeof value === "string") {
		if (SECRETS.has(name)) return `••• (${value.length} characters)`;
		return value.length <= SHORT ? value : `${value.slice(0, SHORT / 2)}… (${value.length} characters)`;
	}
	if (Array.isArray(value)) return value.map((item) => masked(item, name));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, key)]));
}

/** Headers, each on a line. */
export function headersText(headers: Headers): string {
	return [...headers].map(([name, value]) => `${name}: ${masked(value, name)}`).join("\n");
}

/** JSON on several lines, or what is no JSON. */
export function bodyText(text: string): string {
	try {
		return JSON.stringify(masked(JSON.parse(text)), null, 2);
	} catch {
		return String(masked(text));
	}
}
