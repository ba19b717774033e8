import { describe, expect, it } from "vitest";
import { AddressBuckets, parseAddress } from "../src/limits/index.js";

const networksOf = (text: string) => parseAddress(text)?.networks.map(({ key, share }) => `${key} × ${share}`);

function standing(at = 1_700_000_000_000) {
	const clock = { at };
	return { clock, now: () => clock.at };
}

describe("an address", () => {
	it.each([
		["192.0.2.7", "192.0.2.7", ["192.0.2.7/32 × 1", "192.0.2/24 × 8"]],
		["192.0.2.7:443", "192.0.2.7", ["192.0.2.7/32 × 1", "192.0.2/24 × 8"]],
		["::ffff:192.0.2.7", "192.0.2.7", ["192.0.2.7/32 × 1", "192.0.2/24 × 8"]],
		["::ffff:c000:207", "192.0.2.7", ["192.0.2.7/32 × 1", "192.0.2/24 × 8"]],
		[
			"2001:0DB8:1:2ff:3::4",
			"2001:db8:1:2ff:3:0:0:4",
			["2001:db8:1:2ff/64 × 1", "2001:db8:1:200/56 × 2", "2001:db8:1/48 × 8"],
		],
		["[fe80::1%eth0]:80", "fe80:0:0:0:0:0:0:1", ["fe80:0:0:0/64 × 1", "fe80:0:0:0/56 × 2", "fe80:0:0/48 × 8"]],
		["::", "0:0:0:0:0:0:0:0", ["0:0:0:0/64 × 1", "0:0:0:0/56 × 2", "0:0:0/48 × 8"]],
		[
			"64:ff9b::192.0.2.33",
			"64:ff9b:0:0:0:0:c000:221",
			["64:ff9b:0:0/64 × 1", "64:ff9b:0:0/56 × 2", "64:ff9b:0/48 × 8"],
		],
	])("is read from %s, with its networks", (text, plain, networks) => {
		expect([parseAddress(text)?.text, networksOf(text)]).toEqual([plain, networks]);
	});

	it.each([
		...[
			"",
			"localhost",
			"192.0.2",
			"192.0.2.256",
			"192.0.2.1.1",
			"192.00.2.1",
			"1.2.3.4, 5.6.7.8",
			"1.2.3.4:",
			":",
			":::",
		],
		...[
			"1::2::3",
			"1:2:3:4:5:6:7",
			"1:2:3:4:5:6:7:8:9",
			"1:2:3:4:5:6:7:8::",
			"12345::",
			"g::",
			"::1.2.3",
			"[::1",
			" ::1",
		],
	])("is not %j", (text) => {
		expect(parseAddress(text)).toBeUndefined();
	});
});

describe("a budget", () => {
	const take = (buckets: AddressBuckets, text: string) => buckets.take(parseAddress(text) ?? { networks: [] });

	it("is regained with time, and says how long that takes", () => {
		const { clock, now } = standing();
		const buckets = new AddressBuckets({ burst: 2, perSecond: 0.5 }, now);
		expect([take(buckets, "192.0.2.1"), take(buckets, "192.0.2.1"), take(buckets, "192.0.2.1")]).toEqual([0, 0, 2]);
		clock.at += 1000;
		expect(take(buckets, "192.0.2.1")).toBe(1);
		clock.at += 1000;
		expect([take(buckets, "192.0.2.1"), take(buckets, "192.0.2.1")]).toEqual([0, 2]);
	});

	it("waits for no past hour when the clock was set back", () => {
		const { clock, now } = standing();
		const buckets = new AddressBuckets({ burst: 1, perSecond: 1 }, now);
		take(buckets, "192.0.2.1");
		clock.at -= 3_600_000;
		expect(take(buckets, "192.0.2.1")).toBe(1);
	});

	it.each([
		["IPv4 /24", (index: number) => `192.0.2.${index}`, 8],
		["IPv6 /56", (index: number) => `2001:db8:0:${index.toString(16)}::1`, 2],
		["IPv6 /48", (index: number) => `2001:db8:0:${(index * 256).toString(16)}::1`, 8],
	])("of a whole %s is that of few clients", (_, addressOf, clients) => {
		const buckets = new AddressBuckets({ burst: 1, perSecond: 1 }, standing().now);
		const granted = Array.from({ length: 200 }, (_, index) => take(buckets, addressOf(index))).filter(
			(wait) => wait === 0,
		);
		expect(granted).toHaveLength(clients);
	});

	it("of a neighbour is not used up by one client's refused requests", () => {
		const buckets = new AddressBuckets({ burst: 2, perSecond: 1 }, standing().now);
		for (let index = 0; index < 100; index++) take(buckets, "192.0.2.1");
		expect(take(buckets, "192.0.2.2")).toBe(0);
	});

	it("that is used up survives requests of a 40,000 other networks", () => {
		const buckets = new AddressBuckets({ burst: 3, perSecond: 1 }, standing().now);
		for (let index = 0; index < 3; index++) take(buckets, "2001:db8::1");
		for (let index = 0; index < 40_000; index++) {
			take(buckets, `2001:${(index >> 8).toString(16)}:${(index & 255).toString(16)}::1`);
		}
		expect(buckets.size).toBeLessThanOrEqual(30_003);
		expect(take(buckets, "2001:db8::1")).toBe(1);
	});
});
