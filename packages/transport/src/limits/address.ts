/** A network that an address is part of. */
export interface Network {
	/** For example `2001:db8:0:1/64`. */
	readonly key: string;
	/** How many clients' budgets it has. */
	readonly share: number;
}

/** An IP address. */
export interface Address {
	readonly text: string;
	readonly family: "ipv4" | "ipv6";
	/** The networks that are limited, from the narrowest to the widest. */
	readonly networks: readonly Network[];
}

/** Prefix lengths, bits: one client (an IPv4 address, or the /64 that one customer gets), and what one attacker may own. */
const PREFIXES = {
	ipv4: [
		[32, 1],
		[24, 8],
	],
	ipv6: [
		[64, 1],
		[56, 2],
		[48, 8],
	],
} as const;

/**
 * Reads an address, also as proxies write it: in brackets, with a port, with a zone, IPv4 as IPv6 (`::ffff:192.0.2.1`).
 *
 * @returns `undefined` for anything else
 */
export function parseAddress(text: string): Address | undefined {
	const bare = /^\[(.*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
	const [plain = ""] = bare.split("%");
	const ipv4 = parseIpv4(plain);
	if (ipv4) return addressOf("ipv4", ipv4);
	const ipv6 = parseIpv6(plain);
	if (ipv6 === undefined) return undefined;
	const mapped = ipv6.slice(0, 5).every((group) => group === 0) && ipv6[5] === 0xffff;
	return mapped ? addressOf("ipv4", ipv6.slice(6).flatMap(bytesOf)) : addressOf("ipv6", ipv6);
}

/** @param parts 4 bytes, or 8 groups of 16 bits */
function addressOf(family: Address["family"], parts: readonly number[]): Address {
	const bits = family === "ipv4" ? 8 : 16;
	const textOf = (values: readonly number[]): string =>
		family === "ipv4" ? values.join(".") : values.map((value) => value.toString(16)).join(":");
	const networks = PREFIXES[family].map(([length, share]) => {
		const kept = parts.slice(0, Math.ceil(length / bits));
		const loose = kept.length * bits - length;
		const last = kept.length - 1;
		const masked = kept.map((part, index) => (index === last ? part - (part % 2 ** loose) : part));
		return { key: `${textOf(masked)}/${length}`, share };
	});
	return { text: textOf(parts), family, networks };
}

/** 4 bytes */
function parseIpv4(text: string): number[] | undefined {
	if (!/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text)) return undefined;
	const bytes = text.split(".").map(Number);
	return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

/** 8 groups of 16 bits (RFC 4291 §2.2) */
function parseIpv6(text: string): number[] | undefined {
	const halves = text.split("::");
	if (halves.length > 2 || !text.includes(":")) return undefined;
	const [head, tail = []] = halves.map((half) => (half === "" ? [] : half.split(":").flatMap(groupsOf)));
	if (head === undefined) return undefined;
	const zeros = 8 - head.length - tail.length;
	if (halves.length === 2 ? zeros < 1 : zeros !== 0) return undefined;
	const groups = [...head, ...Array<number>(zeros).fill(0), ...tail];
	return groups.some(Number.isNaN) ? undefined : groups;
}

/** A group, or the last two written as IPv4. */
function groupsOf(text: string): number[] {
	if (text.includes(".")) {
		const [a = Number.NaN, b = 0, c = 0, d = 0] = parseIpv4(text) ?? [];
		return [a * 256 + b, c * 256 + d];
	}
	return [/^[\da-f]{1,4}$/i.test(text) ? Number.parseInt(text, 16) : Number.NaN];
}

const bytesOf = (group: number): number[] => [Math.floor(group / 256), group % 256];
