import { Clock } from "@sentc-ts/test-world";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/failure.js";
import { AddressLimit } from "../../src/http/limits/address-limit.js";
import { SlowDown } from "../../src/http/limits/slow-down.js";
import { Lru } from "../../src/lru.js";

describe("what limits remember", () => {
	it("stays small, however many addresses and identifiers come", async () => {
		const { now } = Clock.standing();
		const addresses = new AddressLimit({ burst: 1, perSecond: 1, now });
		const subjects = new SlowDown({ freeFailures: 0, longestDelay: 1, now, wait: async () => {} });
		const fail = () => Promise.reject(new Failure(SERVER_ERRORS.LOGIN_REFUSED));
		for (let index = 0; index < 12_000; index++) {
			addresses.take(`address ${index}`);
			await subjects.attempt(`subject ${index}`, true, fail).catch(() => undefined);
		}
		expect([addresses.size, subjects.size]).toEqual([10_000, 10_000]);
		expect(() => addresses.take("address 11999")).toThrow(Failure);
		expect(() => addresses.take("address 0")).not.toThrow();
	});

	it("is what was used last", () => {
		const lru = new Lru<number>(2);
		lru.set("a", 1);
		lru.set("b", 2);
		expect(lru.get("a")).toBe(1);
		lru.set("c", 3);
		expect([lru.get("a"), lru.get("b"), lru.get("c")]).toEqual([1, undefined, 3]);
	});
});

describe("a delay", () => {
	it("does not grow by faults of the server", async () => {
		const delays: number[] = [];
		const wait = async (ms: number) => void delays.push(ms);
		const subjects = new SlowDown({ freeFailures: 1, longestDelay: 1000, now: Clock.standing().now, wait });
		for (let index = 0; index < 5; index++) {
			await subjects.attempt("a", true, () => Promise.reject(new Error("disk full"))).catch(() => undefined);
		}
		expect(delays).toEqual([]);
	});
});
