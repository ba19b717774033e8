import { BlockList, isIP, SocketAddress } from "node:net";
import type { Origin } from "../../domain/user/waiting-devices.js";
import { ApiStartError } from "../../errors.js";

interface Address {
	readonly text: string;
	readonly family: "ipv4" | "ipv6";
}

/**
 * Reads the addresses of proxies, each alone or as a network (`10.0.0.0/8`).
 *
 * @throws ApiStartError `CONFIG_INVALID`
 */
export function parseProxies(proxies: readonly string[]): BlockList {
	const list = new BlockList();
	for (const proxy of proxies) {
		const [, text = "", prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(proxy) ?? [];
		const address = parseAddress(text);
		const longest = address?.family === "ipv6" ? 128 : 32;
		if (address === undefined || Number(prefix ?? 0) > longest) {
			throw new ApiStartError("CONFIG_INVALID", `"${proxy}" is no address of a proxy, and no network of such.`);
		}
		list.addSubnet(address.text, Number(prefix ?? longest), address.family);
	}
	return list;
}

/**
 * The address that a request comes from: that of the socket, or what trusted proxies say. Each proxy appends the address
 * it was called from to `X-Forwarded-For`, so the last one that is no trusted proxy is right; those before it are mere
 * claims of the client.
 *
 * @param peer the other end of the socket
 * @param forwardedFor the header
 */
export function clientAddress(proxies: BlockList, peer: string, forwardedFor: string | null): Address | undefined {
	let client = parseAddress(peer);
	const claims = forwardedFor?.split(",") ?? [];
	while (client !== undefined && proxies.check(client.text, client.family)) {
		const claim = parseAddress(claims.pop()?.trim() ?? "");
		if (claim === undefined) break;
		client = claim;
	}
	return client;
}

export function originOf(client: Address): Origin {
	const address = clientNetwork(client);
	const separator = client.family === "ipv4" ? "." : ":";
	return { address, network: address.split(separator).slice(0, 3).join(separator) };
}

/** What counts as one client: an IPv4 address, or an IPv6 network of 64 bits, which is what one customer gets. */
export function clientNetwork({ text, family }: Address): string {
	if (family === "ipv4") return text;
	const [head = [], tail = []] = text.split("::").map((part) => (part === "" ? [] : part.split(":")));
	const zeros = Array<string>(8 - head.length - tail.length).fill("0");
	return [...head, ...zeros, ...tail].slice(0, 4).join(":");
}

/** Takes what proxies write, too: brackets, ports, IPv4 as IPv6. */
function parseAddress(text: string): Address | undefined {
	const bare = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
	const [plain = ""] = bare.split("%");
	const version = isIP(plain);
	if (version === 0) return undefined;
	if (version === 4) return { text: plain, family: "ipv4" };
	const { address } = new SocketAddress({ address: plain, family: "ipv6" });
	const mapped = /^::ffff:([\d.]+)$/.exec(address)?.[1];
	return mapped === undefined ? { text: address, family: "ipv6" } : { text: mapped, family: "ipv4" };
}
