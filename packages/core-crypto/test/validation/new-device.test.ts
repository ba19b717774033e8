import { describe, expect, it } from "vitest";
import { formatSymmetricKey, isPackedDevice, packNewDevice, unpackNewDevice } from "../../src/index.js";
import { toBase64 } from "../bytes.js";
import { invalid } from "../expected.js";
import { crypto } from "../scenario/people.js";

const { derived, device_identifier } = crypto.prepareRegisterDevice(crypto.generateRegisterData({}));
const device = {
	device_id: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
	token: "t".repeat(67),
	device_identifier,
	public_key_string: derived.public_key,
	keypair_encrypt_alg: derived.keypair_encrypt_alg,
};

/** Made by the code of the first version. */
const firstVersion = {
	device: {
		device_id: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
		token: "dG9rZW4_-w",
		device_identifier: "ädä",
		public_key_string:
			'{"x":"-----BEGIN PUBLIC KEY-----\\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\\n-----END PUBLIC KEY-----\\n","k":"-----BEGIN PUBLIC KEY-----\\nAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC\\nAgI=\\n-----END PUBLIC KEY-----\\n"}',
		keypair_encrypt_alg: "ECIES-ed25519_KYBER_768",
	},
	text: "SENTC1:GM6I%2XB0MGVD3AG-FFB2D7LP306JP8TD%50HWE/PD8.D-WVZW09ZK:WODU0324W50W50W50W50W50W50W50W50W50W50W50W50W50W50W50X50JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0JB0KB0V50",
};

describe("a new device", () => {
	it("comes back from its packed form, also with white space around it", () => {
		const text = packNewDevice(device);
		expect(text).toMatch(/^SENTC1:[0-9A-Z $%*+\-./:]+$/);
		expect(unpackNewDevice(text)).toEqual(device);
		expect(unpackNewDevice(`\n${text} `)).toEqual(device);
		expect([isPackedDevice(text), isPackedDevice(JSON.stringify(device))]).toEqual([true, false]);
	});

	it("is read from what the first version of the format made", () => {
		const { device: known, text } = firstVersion;
		expect(unpackNewDevice(text)).toEqual(known);
		expect(packNewDevice(known)).toBe(text);
	});

	it("is not packed with half a surrogate pair", () => {
		expect(() => packNewDevice({ ...device, token: "\ud800" })).toThrow(invalid("device.token"));
		expect(() => packNewDevice({ ...device, token: "\ud800" }, "answer")).toThrow(invalid("answer.token"));
	});

	it("is not unpacked from other texts", () => {
		const text = packNewDevice(device);
		for (const other of ["", "SENTC1:", "SENTC1:0", "SENTC1:::", text.toLowerCase(), text.slice(0, -1), `${text}00`]) {
			expect(unpackNewDevice(other)).toBeUndefined();
		}
	});
});

describe("a symmetric key of an app", () => {
	it("encrypts under its id", () => {
		const bytes = new Uint8Array(32).fill(7);
		const symmetric = formatSymmetricKey(bytes, "root");
		expect(JSON.parse(symmetric)).toEqual({ Aes: { key: toBase64(bytes), key_id: "root" } });
		const text = crypto.encryptString({ key: { symmetric }, text: "hi" });
		expect(crypto.decryptString({ key: { symmetric }, text }).text).toBe("hi");
	});

	it("has 32 bytes", () => {
		expect(() => formatSymmetricKey(new Uint8Array(31), "root")).toThrow(invalid("bytes"));
		expect(() => formatSymmetricKey("x".repeat(32) as never, "root")).toThrow(invalid("bytes"));
	});
});
