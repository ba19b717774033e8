import { BlockList } from "node:net";
import { CLIENT_ADDRESS_HEADER, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { type Address, parseAddress } from "@sentc-ts/transport/limits";
import type { AppAccess } from "../../domain/app/access.js";
import type { Origin } from "../../domain/user/waiting-devices.js";
import { ApiStartError } from "../../errors.js";
import { Failure } from "../../failure.js";
import { Lru } from "../../lru.js";

/**
 * The address that a request comes from; `undefined` when nobody says so.
 *
 * @param peer the other end of the socket
 * @throws Failure 400/14 when an own backend names something that is no address
 */
export type AddressOf = (request: Request, peer: string | undefined, token: AppAccess["token"]) => Address | undefined;

interface ClientAddressOptions {
	readonly trustedProxies: readonly string[];
	readonly onWarning: (message: string) => void;
}

/** The other ends of sockets that are not looked at again. */
const KNOWN_PEERS = 1000;

interface Peer {
	readonly address: Address | undefined;
	readonly isProxy: boolean;
	readonly isPrivate: boolean;
}

const FORWARDED = ["X-Forwarded-For", "Forwarded", "X-Real-IP"];

/** Where a reverse proxy usually is: this machine or a private network (RFC 1918, 4193, 6598, 4291). */
const PRIVATE = blockList(
	["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"],
	["::1", "fc00::/7", "fe80::/10"],
);

/**
 * With the public token a request comes from its socket, or from where trusted proxies say; with the secret token from where the
 * own backend says, which stands for many clients otherwise.
 *
 * @throws ApiStartError `CONFIG_INVALID`
 */
export function createAddressOf({ trustedProxies, onWarning }: ClientAddressOptions): AddressOf {
	const proxies = blockList(trustedProxies);
	const known = new Lru<Peer>(KNOWN_PEERS);
	const peerOf = (text: string): Peer => {
		const seen = known.get(text);
		if (seen !== undefined) return seen;
		const address = parseAddress(text);
		const isIn = (list: BlockList) => address !== undefined && contains(list, address);
		const peer = { address, isProxy: isIn(proxies), isPrivate: isIn(PRIVATE) };
		known.set(text, peer);
		return peer;
	};
	let warned = false;
	return ({ headers }, peer = "", token) => {
		if (token === "secret") return namedAddress(headers.get(CLIENT_ADDRESS_HEADER));
		const { address: socket, isProxy, isPrivate } = peerOf(peer);
		if (socket === undefined || isProxy) return forwardedAddress(proxies, socket, headers);
		if (!warned && isPrivate && FORWARDED.some((name) => headers.has(name))) {
			warned = true;
			onWarning(
				`${socket.text} forwards requests, but is no trusted proxy: all clients behind it share one rate limit. If it is your proxy, name it with --trusted-proxy ${socket.text} (trustedProxies).`,
			);
		}
		return socket;
	};
}

/**
 * Each proxy appends the address it was called from to `X-Forwarded-For`, so the last one that is no trusted proxy is right; those
 * before it are mere claims of the client.
 */
function forwardedAddress(proxies: BlockList, socket: Address | undefined, headers: Headers): Address | undefined {
	let client = socket;
	const claims = headers.get("X-Forwarded-For")?.split(",") ?? [];
	while (client !== undefined && contains(proxies, client)) {
		const claim = parseAddress(claims.pop()?.trim() ?? "");
		if (claim === undefined) break;
		client = claim;
	}
	return client;
}

function namedAddress(text: string | null): Address | undefined {
	if (text === null) return undefined;
	const address = parseAddress(text);
	if (address === undefined) throw new Failure(SERVER_ERRORS.CLIENT_ADDRESS_INVALID);
	return address;
}

/** As what counts one client, and what one attacker may own. */
export function originOf({ networks }: Address): Origin {
	const keys = networks.map(({ key }) => key);
	return { address: keys.at(0) ?? "", network: keys.at(-1) ?? "" };
}

/** Of addresses, each alone or as a network (`10.0.0.0/8`). */
function blockList(...lists: readonly (readonly string[])[]): BlockList {
	const list = new BlockList();
	for (const entry of lists.flat()) {
		const [, text = "", prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
		const address = parseAddress(text);
		const longest = address?.family === "ipv6" ? 128 : 32;
		if (address === undefined || Number(prefix ?? 0) > longest) {
			throw new ApiStartError("CONFIG_INVALID", `"${entry}" is no address of a proxy, and no network of such.`);
		}
		list.addSubnet(address.text, Number(prefix ?? longest), address.family);
	}
	return list;
}

function contains(list: BlockList, { text, family }: Address): boolean {
	return list.check(text, family);
}
