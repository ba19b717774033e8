import { freshName, PASSWORD, runs, signUp, startApi, startSentc, thrown } from "@sentc-ts/test-world";
import fc from "fast-check";
import encodeQr from "qr";
import { afterAll, describe, expect, it } from "vitest";
import { createDeviceHandover, DeviceHandoverInvalid, readDeviceHandover } from "../../src/index.js";

const api = await startApi();
const { sentc } = await startSentc(api);
const prepared = JSON.parse(sentc.prepareRegisterDeviceStart(freshName(), PASSWORD));
const answer = String(await sentc.registerDeviceStart(...sentc.generateRegisterData()));
afterAll(() => api.close());

/** Capacity of the alphanumeric mode with error correction level L (ISO/IEC 18004, Table 7). */
const CAPACITY = { 25: 1853, 26: 1990, 30: 2520, 40: 4296 };

/** The hand-over of a device with other data than any that was prepared. */
function handOver(result: {
	device_identifier: string;
	public_key_string: string;
	keypair_encrypt_alg: string;
}): string {
	const { device_identifier, keypair_encrypt_alg, public_key_string: public_key } = result;
	const derived = { ...prepared.derived, public_key, keypair_encrypt_alg };
	const prepared_input = JSON.stringify({ ...prepared, device_identifier, derived });
	return createDeviceHandover(JSON.stringify({ status: true, result }), prepared_input);
}

/** A side has 17 + 4 · version modules, and here a border of one on each end. */
function qrVersion(text: string): number {
	const modules = encodeQr(text, "raw", { ecc: "low", border: 1 });
	return (modules.length - 2 - 17) / 4;
}

describe("the hand-over of the answer to registerDeviceStart", () => {
	it("fits a QR code of version 26", () => {
		const text = createDeviceHandover(answer);
		expect(text).toMatch(/^SENTC1:[0-9A-Z $%*+\-./:]+$/);
		expect(text.length).toBeLessThanOrEqual(CAPACITY[26]);
		expect(qrVersion(text)).toBe(26);
		expect(qrVersion(answer)).toBeGreaterThan(30);
	});

	it("fits version 30 with an identifier of 300 bytes, and version 40 with the longest", () => {
		const { result } = JSON.parse(answer);
		const withIdentifier = (device_identifier: string): string => handOver({ ...result, device_identifier });
		expect(qrVersion(withIdentifier("é".repeat(150)))).toBeLessThanOrEqual(30);
		expect(qrVersion(withIdentifier("é".repeat(512)))).toBeLessThanOrEqual(40);
	});

	it("comes back as it was", () => {
		const text = createDeviceHandover(answer);
		expect(readDeviceHandover(text)).toBe(answer);
		expect(readDeviceHandover(`\n${text} `)).toBe(readDeviceHandover(text));
	});

	it("is taken in place of the answer", async () => {
		const { sentc, user } = await signUp(api);
		const name = freshName();
		const text = createDeviceHandover(String(await sentc.registerDeviceStart(name, PASSWORD)));
		const prepared = user.prepareRegisterDevice(text);
		expect(JSON.parse(prepared.get_input()).token).toBe(JSON.parse(readDeviceHandover(text)).result.token);
		await user.registerDevice(text);
		expect((await sentc.login(name, PASSWORD, true)).user_data.user_id).toBe(user.user_data.user_id);
	});

	it("is not made of a refusal or of something else", () => {
		const refusal = '{"status":false,"err_msg":"taken","err_code":101}';
		expect(thrown(() => createDeviceHandover(refusal))).toMatchObject({ status: "server_101" });
		expect(thrown(() => createDeviceHandover('{"status":true,"result":{}}'))).toMatchObject({ status: "client_101" });
		const { result } = JSON.parse(answer);
		expect(thrown(() => handOver({ ...result, device_identifier: "\ud800" }))).toMatchObject({
			field: "server_output.device_identifier",
		});
	});

	it("is not read from other texts", () => {
		const text = createDeviceHandover(answer);
		for (const other of ["", "SENTC1:", "SENTC1:0", "SENTC1:::", text.toLowerCase(), text.slice(0, -1), answer]) {
			expect(thrown(() => readDeviceHandover(other))).toBeInstanceOf(DeviceHandoverInvalid);
		}
		expect(thrown(() => readDeviceHandover(text.replace("SENTC1", "SENTC2")))).toBeInstanceOf(DeviceHandoverInvalid);
		expect(thrown(() => readDeviceHandover(1 as unknown as string))).toMatchObject({ field: "text" });
	});

	it("carries what other servers and algorithms use", () => {
		const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.uuid(), fc.base64String(), fc.stringMatching(/^[\w-]*$/));
		const pem = fc.uint8Array({ maxLength: 200 }).map((key) => {
			const body = Buffer.from(key)
				.toString("base64")
				.replace(/.{1,64}/g, "$&\n");
			return `-----BEGIN PUBLIC KEY-----\n${body}-----END PUBLIC KEY-----\n`;
		});
		const key = fc.oneof(
			text,
			pem,
			fc.record({ x: pem, k: pem }).map((halves) => JSON.stringify(halves)),
		);
		const algorithm = fc.oneof(text, fc.constantFrom("ECIES-ed25519_KYBER_768", "ECIES-ed25519", "KYBER_768"));
		const device = fc.record({
			device_id: text,
			token: text,
			device_identifier: text,
			public_key_string: key,
			keypair_encrypt_alg: algorithm,
		});
		fc.assert(
			fc.property(device, (result) => {
				expect(JSON.parse(readDeviceHandover(handOver(result)))).toEqual({ status: true, result });
			}),
		);
	});

	it("carries texts that no QR code holds", () => {
		const { result } = JSON.parse(answer);
		const halves = (body: string): string => {
			const pem = `-----BEGIN PUBLIC KEY-----\n${body}-----END PUBLIC KEY-----\n`;
			return JSON.stringify({ x: pem, k: pem });
		};
		for (const long of ["x".repeat(8_000), halves(`${"A".repeat(64)}\n`.repeat(55))]) {
			const device = { ...result, public_key_string: long };
			expect(readDeviceHandover(handOver(device))).toBe(JSON.stringify({ status: true, result: device }));
		}
	});

	it("is refused after every misreading", () => {
		const text = createDeviceHandover(answer);
		const expected = readDeviceHandover(text);
		const character = fc.constantFrom(..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:é");
		const edit = fc.tuple(fc.nat(text.length), fc.nat(3), fc.array(character, { maxLength: 3 }));
		fc.assert(
			fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
				const misread = edits.reduce(
					(current, [at, removed, added]) => current.slice(0, at) + added.join("") + current.slice(at + removed),
					text,
				);
				let read: unknown;
				try {
					read = readDeviceHandover(misread);
				} catch (error) {
					read = error;
				}
				if (read !== expected) expect(read).toBeInstanceOf(DeviceHandoverInvalid);
			}),
			{ numRuns: runs(500) },
		);
	});
});
