import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { type EnvelopeResult, envelope, success, userRoutes } from "../src/contract/index.js";
import { ApiError, EnvelopeError, readEnvelope } from "../src/index.js";

interface Probe {
	name: string;
	input: string;
	returned?: unknown;
	thrown?: string;
}
const probes: Probe[] = JSON.parse(readFileSync(new URL("./vectors/envelope_probes.json", import.meta.url), "utf8"));

/** Where we differ from the reference client on purpose: its row → what ours does, and why. */
const DEVIATIONS: Record<string, { status: string | null; because: string }> = {
	"done_register: status false with wrong-typed result": {
		status: "server_7",
		because: "the reference hides the server's error behind a parser message",
	},
	"done_register: duplicate field": { status: null, because: "JSON.parse takes the last of two equal members" },
	"done_register: struct as array": { status: "client_101", because: "an array is not the documented shape" },
};

function statusOf(run: () => unknown): string | null {
	try {
		run();
		return null;
	} catch (error) {
		return JSON.parse(String(error)).status;
	}
}

describe("what the reference client makes of an answer", () => {
	for (const { name, input, thrown } of probes) {
		it(name, () => {
			const result: EnvelopeResult = name.startsWith("general") ? success : userRoutes.register.result;
			const reference = thrown === undefined ? null : (/"?((?:client|server)_\d+)"?/.exec(thrown)?.[1] ?? "unreadable");
			const expected = name in DEVIATIONS ? DEVIATIONS[name]?.status : reference;
			expect(statusOf(() => readEnvelope(input, result))).toBe(expected);
		});
	}

	it("differs only where the table says so", () => {
		const names = probes.map((probe) => probe.name);
		expect(Object.keys(DEVIATIONS).filter((name) => !names.includes(name))).toEqual([]);
	});
});

describe("readEnvelope", () => {
	it("throws an ApiError with the number, a stable name and the server's text", () => {
		const refused = '{"status":false,"err_msg":"Identifier \\"x\\" exists","err_code":101}';
		const error = (() => {
			try {
				return readEnvelope(refused, success);
			} catch (thrown) {
				return thrown;
			}
		})();
		expect(error).toBeInstanceOf(ApiError);
		expect(error).toMatchObject({ serverCode: 101, code: "IDENTIFIER_EXISTS", status: "server_101" });
		expect(JSON.parse(String(error))).toEqual({ status: "server_101", error_message: 'Identifier "x" exists' });
	});

	it("names the member that has not the expected shape", () => {
		expect(() => readEnvelope('{"status":true,"result":{"user_id":1}}', userRoutes.register.result)).toThrow(
			/result\.user_id/,
		);
	});

	it("names the first member of many, so that the message stays short", () => {
		const answer = JSON.stringify({ status: true, result: Array.from({ length: 10_000 }, () => 0) });
		expect(() => readEnvelope(answer, envelope(z.array(z.string())))).toThrow(/ at result\.0$/);
	});

	it("refuses an object where the text belongs, naming the field", () => {
		expect(() => readEnvelope({ status: true } as unknown as string, success)).toThrow(
			expect.objectContaining({ code: "INVALID_INPUT", field: "server_output" }),
		);
	});

	it("answers any text with a value or a typed error", () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
				try {
					readEnvelope(text, userRoutes.register.result);
				} catch (error) {
					expect(error instanceof EnvelopeError || error instanceof ApiError).toBe(true);
					expect(() => JSON.parse(String(error))).not.toThrow();
				}
			}),
		);
	});

	it("is not fooled by a prototype in the answer", () => {
		const answer = '{"__proto__":{"status":true,"result":"x"},"constructor":{}}';
		expect(statusOf(() => readEnvelope(answer, success))).toBe("client_101");
	});
});
