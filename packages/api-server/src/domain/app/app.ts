import { ACCESS, DEFAULT_OPTIONS, type EndpointOptions, LAX_OPTIONS } from "@sentc-ts/transport/contract";
import { fromBase64, hash } from "../../bytes.js";
import type { AppRow } from "../../database/repositories/apps.js";
import { AppAdminError } from "../../errors.js";
import { type AppFiles, appFilesOf, DEFAULT_FILE_OPTIONS, type FileOptions } from "./file-options.js";

/** Limits on the key rotations of groups (protocol/http-api §3.3): integers from 0. */
export interface GroupOptions {
	/** How often the keys of a group are rotated in a calendar month (UTC). Default 100. */
	readonly max_key_rotation_month: number;
	/** The weakest rank that may rotate the keys of a group. Default 4. */
	readonly min_rank_key_rotation: number;
}

/** What is on (1) or off (0). */
interface AppSwitches {
	/** A one-time password counts again within its time, as at the reference. Default off. */
	readonly otp_reuse: 0 | 1;
	/**
	 * Lists and parts of files are read without a JWT, as at the reference, whose client sends none with a part. Default on. Who sends
	 * a JWT must have access to the file in any case.
	 */
	readonly file_parts_anonymous: 0 | 1;
}

/** What an app may choose: who calls which endpoint, what is on or off, and limits on rotations of groups and on files. */
export interface AppOptions extends EndpointOptions, GroupOptions, FileOptions, AppSwitches {}

const DEFAULT_GROUP_OPTIONS: GroupOptions = { max_key_rotation_month: 100, min_rank_key_rotation: 4 };

const DEFAULT_LIMITS = { ...DEFAULT_GROUP_OPTIONS, ...DEFAULT_FILE_OPTIONS };
const DEFAULT_SWITCHES: AppSwitches = { otp_reuse: 0, file_parts_anonymous: 1 };

export const DEFAULT_APP_OPTIONS: AppOptions = { ...DEFAULT_OPTIONS, ...DEFAULT_LIMITS, ...DEFAULT_SWITCHES };
/** Everything public, as the reference's; for development. Limits stay as they are. */
export const LAX_APP_OPTIONS: EndpointOptions & AppSwitches = { ...LAX_OPTIONS, otp_reuse: 1, file_parts_anonymous: 1 };

export interface App {
	readonly id: string;
	readonly name: string;
	/** `true` = the app of a first start, usable only where the configuration asks for it. */
	readonly development: boolean;
	readonly disabled: boolean;
	readonly options: AppOptions;
	readonly files: AppFiles;
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
		options: { ...DEFAULT_APP_OPTIONS, ...JSON.parse(row.options) },
		files: appFilesOf(row),
		createdAt: row.createdAt,
	};
}

const OPTION_VALUES: readonly unknown[] = Object.values(ACCESS);

const SWITCH_VALUES: readonly unknown[] = [0, 1];

function isValue(name: string, value: unknown): boolean {
	if (Object.hasOwn(DEFAULT_SWITCHES, name)) return SWITCH_VALUES.includes(value);
	if (Object.hasOwn(DEFAULT_LIMITS, name)) return Number.isSafeInteger(value) && Number(value) >= 0;
	return OPTION_VALUES.includes(value);
}

/**
 * Refuses names and values that no option has.
 *
 * @throws AppAdminError `OPTION_INVALID`, which names them
 */
export function requireOptions(options: Readonly<Record<string, unknown>>): asserts options is Partial<AppOptions> {
	const entries = Object.entries(options);
	const unknown = entries.filter(([name]) => !Object.hasOwn(DEFAULT_APP_OPTIONS, name)).map(([name]) => name);
	if (unknown.length > 0) {
		throw new AppAdminError("OPTION_INVALID", `There is no option ${unknown.join(", ")}.`);
	}
	const wrong = entries.filter(([name, value]) => !isValue(name, value)).map(([name, value]) => `${name}=${value}`);
	if (wrong.length > 0) {
		const meaning = "0 (nobody), 1 (public or secret token) or 2 (secret token only)";
		const list = (options: object) => Object.keys(options).join(" and ");
		const others = `${list(DEFAULT_SWITCHES)} 0 or 1, ${list(DEFAULT_LIMITS)} an integer from 0`;
		throw new AppAdminError(
			"OPTION_INVALID",
			`An endpoint option must be ${meaning}, ${others}, unlike ${wrong.join(", ")}.`,
		);
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
