import { expect } from "vitest";
import { statusOf } from "../src/reference.js";
import { probe, probes } from "./recorded.js";
import { statusOfCall } from "./world.js";

// What was recorded of altered answers, and where our SDK makes something else of them.

/** Probes of what a caller passes, not of an answer; or of the light client. */
export const NOT_ANSWERS = [
	"invalid url",
	"header not allowed",
	"user key: private key string invalid json",
	"user key: private key empty object",
	"verify_user_public_key: bad verify key json",
	"user_get_done_key_rotation_server_input: bad",
	"prepare_register_device: empty key list",
	"prepare_register_device: keys not json",
	"prepare_register_device: key_count 50",
	"prepare_register_device: key_count 51",
	"register: empty password",
	"create_safety_number: bad key",
	"light login error",
];

/** Where our SDK answers otherwise, on purpose. */
export const DEVIATIONS: Record<string, string> = {
	// The refusal is what matters, not what stands beside it.
	"done_register: status false with wrong-typed result": "server_7",
	// The platform's JSON parser takes the last of two members, and reads 1e3 and 1000.0 as the integers they are.
	"done_register: duplicate field": "accepted",
	"user key: time 1e12 notation": "accepted",
	// The wire has objects.
	"done_register: struct as array": "client_101",
	// A user without a key or a JWT could do nothing: the reference fails at what comes next.
	"login: verify: user_keys []": "client_102",
	"login: verify: jwt is any string": "client_1100",
	// What has not the form of a challenge is not sent back.
	"login: challenge empty string encrypted": "client_1102",
};

/** Probes that a test was made of. */
export const covered = new Set<string>();

/** Both clients make of it what was recorded, up to the deviations. */
export async function expectRecorded(
	name: string,
	call: { theirs?: () => unknown; ours: () => unknown },
): Promise<void> {
	covered.add(name);
	const { thrown } = probe(name);
	const expected = thrown === undefined ? "accepted" : statusOf(thrown);
	if (call.theirs) expect(await outcome(call.theirs), "the reference client").toBe(expected);
	expect(await outcome(call.ours), "our SDK").toBe(DEVIATIONS[name] ?? expected);
}

const outcome = async (call: () => unknown): Promise<string> => {
	const status = await statusOfCall(call);
	return status === "none" ? "accepted" : status;
};
/** Names of the probes that begin so. */
export const namesOf = (prefix: string) => probes.map(({ name }) => name).filter((name) => name.startsWith(prefix));
