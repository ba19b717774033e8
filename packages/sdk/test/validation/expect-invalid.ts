import { expect } from "vitest";
import { InvalidInput } from "../../src/index.js";

/** An error that names the argument that is wrong. */
export function expectInvalid(error: unknown, field: string): void {
	expect(error).toBeInstanceOf(InvalidInput);
	expect(error).toMatchObject({ field, status: "client_invalid_input" });
}
