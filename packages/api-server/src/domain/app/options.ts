import { ACCESS, DEFAULT_OPTIONS, type EndpointOptions } from "@sentc-ts/transport/contract";
import { AppAdminError } from "../../errors.js";

const VALUES: readonly unknown[] = Object.values(ACCESS);

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
	const wrong = entries.filter(([, value]) => !VALUES.includes(value)).map(([name, value]) => `${name}=${value}`);
	if (wrong.length > 0) {
		const meaning = "0 (nobody), 1 (public or secret token) or 2 (secret token only)";
		throw new AppAdminError("OPTION_INVALID", `An endpoint option must be ${meaning}, unlike ${wrong.join(", ")}.`);
	}
}
