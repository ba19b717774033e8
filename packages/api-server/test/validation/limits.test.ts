import { Clock } from "@sentc-ts/test-world";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/failure.js";
import { SlowDown } from "../../src/http/limits/slow-down.js";
import { Lru } from "../../src/lru.js";

describe("what limits remember", () => {
	it("stays small, however many identifiers come, and keeps those that delay the most", async () => {
		const delays: number[] = [];
		const wait = async (ms: number) => void delays.push(ms);
		const subjects = new SlowDown({ freeFailures: 1, longestDelay: 1, now: Clock.standing().now, wait });
		const fail = (subject: string) =>
			subjects
				.attempt(subject, { address: undefined, completes: true }, () =>
					Promise.reject(new Failure(SERVER_ERRORS.LOGIN_REFUSED)),
				)
				.catch(() => undefined);
		await fail("alice");
		await fail("alice");
		for (let index = 0; index < 12_000; index++) await fail(`subject ${index}`);
		expect(subjects.size).toBeLessThanOrEqual(10_000);
		delays.length = 0;
		await fail("alice");
		expect(delays).toEqual([1]);
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
			await subjects
				.attempt("a", { address: undefined, completes: true }, () => Promise.reject(new Error("disk full")))
				.catch(() => undefined);
		}
		expect(delays).toEqual([]);
	});
});
