import { expect } from "vitest";

/** An error with a code. */
export const code = (name: string): object => expect.objectContaining({ code: name });

/** An error that names the argument that is wrong. */
export const invalid = (field: string): object => expect.objectContaining({ code: "INVALID_INPUT", field });
