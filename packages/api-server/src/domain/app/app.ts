import { ACCESS, DEFAULT_OPTIONS, type EndpointOptions } from "@sentc-ts/transport/contract";
import { fromBase64, hash } from "../../bytes.js";
import type { AppRow } from "../../database/repositories/apps.js";
import { AppAdminError } from "../../errors.js";

export interface App {
	readonly id: string;
	readonly name: string;
	/** `true` = the app of a first start, usable only where the configuration asks for it. */
	readonly development: boolean;
	readonly disabled: boolean;
	readonly options: EndpointOptions;
	/** ms */
	readonly createdAt: number;
}

/** The two tokens of an app (base64). They are stored hashed, so they are shown only once. */
export interface AppTokens {
	/** For clients. */
	readonly publicToken: string;
	/** For the app's own backend. */
	readonly secretToken: string;
}

export function toApp(row: AppRow): App {
	return {
		id: row.id,
		name: row.name,
		development: row.development !== 0,
		disabled: row.disabled !== 0,
		options: { ...DEFAULT_OPTIONS, ...JSON.parse(row.options) },
		createdAt: row.createdAt,
	};
}

const OPTION_VALUES: readonly unknown[] = Object.values(ACCESS);

/**
 * Refuses names and values that no endpoint option has.
 *
 * @throws AppAdminError `OPTION_INVALID`, which names them
 */
export function requireOptions(
	options: Readonly<Record<string, unknown>>,
): asserts options is Partial<EndpointOptions> {
	const entries = Object.entries(options);
	const unknown = entries.filter(([name]) => !Object.hasOwn(DEFAULT_OPTIONS, name)).map(([name]) => name);
	if (unknown.length > 0) {
		throw new AppAdminError("OPTION_INVALID", `There is no endpoint option ${unknown.join(", ")}.`);
	}
	const wrong = entries
		.filter(([, value]) => !OPTION_VALUES.includes(value))
		.map(([name, value]) => `${name}=${value}`);
	if (wrong.length > 0) {
		const meaning = "0 (nobody), 1 (public or secret token) or 2 (secret token only)";
		throw new AppAdminError("OPTION_INVALID", `An endpoint option must be ${meaning}, unlike ${wrong.join(", ")}.`);
	}
}

/** The stored form of the tokens: hashes of their bytes, not of their text. */
export function hashTokens(tokens: AppTokens): { hashedPublicToken: string; hashedSecretToken: string } {
	return { hashedPublicToken: hashToken(tokens.publicToken), hashedSecretToken: hashToken(tokens.secretToken) };
}

function hashToken(token: string): string {
	const bytes = fromBase64(token);
	if (bytes === undefined) throw new TypeError("An app token must be base64");
	return hash(bytes);
}
