import { FAILURES, Failure } from "../failure.js";

/** What proxies add. Only those on the same machine reach a loopback address, and then others are behind them. */
const PROXY_HEADERS = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

/** `localhost` and the loopback addresses, as a URL writes them. */
const LOOPBACK = /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * The tokens of the development app are widely known, so that only who works on this machine may use them: no proxy (the API
 * would be on the Internet), no name that merely resolves to this machine (DNS rebinding), and no page of another site, which
 * the CORS headers let in. A request that was not sent over HTTP has none of these headers.
 *
 * @throws Failure
 */
export function requireLocal(headers: Headers): void {
	const isForwarded = PROXY_HEADERS.some((name) => headers.has(name));
	const host = headers.get("Host");
	const origin = headers.get("Origin");
	if (isForwarded || (host !== null && !isLoopback(`http://${host}`)) || (origin !== null && !isLoopback(origin))) {
		throw new Failure(FAILURES.DEVELOPMENT_APP_REMOTE);
	}
}

function isLoopback(url: string): boolean {
	return URL.canParse(url) && LOOPBACK.test(new URL(url).hostname);
}
