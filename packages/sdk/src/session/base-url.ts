import { InvalidInput } from "@sentc-ts/core-crypto";

/**
 * Where the API is. Nobody else's server is asked when the app does not say it: a page asks its own origin.
 *
 * @param base_url of the app; what it is besides is checked by the client
 * @param allowInsecureHttp `http:` also to other machines
 * @throws InvalidInput naming `base_url`
 */
export function apiAddress(base_url: string | undefined, allowInsecureHttp: boolean): string {
	const address = base_url ?? pageOrigin();
	if (address === undefined) {
		throw new InvalidInput("base_url", "must be given where there is no page: the address of your API");
	}
	if (!allowInsecureHttp && isInsecure(address)) {
		throw new InvalidInput(
			"base_url",
			"must begin with https: unless allow_insecure_http is set or the API is on this machine",
		);
	}
	return address;
}

/**
 * Where the app keeps the parts of files: the JWT goes there, too.
 *
 * @throws InvalidInput naming `file_part_url`
 */
export function filePartAddress(url: string | undefined, allowInsecureHttp: boolean): string | undefined {
	if (url === undefined) return undefined;
	if (typeof url !== "string" || !/^https?:/.test(url) || !URL.canParse(url)) {
		throw new InvalidInput("file_part_url", "must be an absolute http(s) URL");
	}
	if (!allowInsecureHttp && isInsecure(url)) {
		throw new InvalidInput("file_part_url", "must begin with https: unless allow_insecure_http is set");
	}
	return url;
}

/** Also of a worker; `undefined` outside browsers, and for pages without an origin, such as files. */
function pageOrigin(): string | undefined {
	const { origin } = (globalThis as { location?: Partial<Location> }).location ?? {};
	return origin?.startsWith("http") ? origin : undefined;
}

/** Passwords don't travel, but tokens do, and who can change answers can lie about keys. */
function isInsecure(address: string): boolean {
	if (!URL.canParse(address)) return false;
	const { hostname, protocol } = new URL(address);
	return protocol === "http:" && !isLoopback(hostname);
}

/** As browsers count potentially trustworthy origins (W3C Secure Contexts §3.1). */
function isLoopback(hostname: string): boolean {
	return /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
