import { randomBytes } from "node:crypto";
import { createDeviceHandover, createSentc } from "@sentc-ts/sdk";
import decodeQR from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { qrSquares } from "../src/page/qr-code.js";

const PIXELS = 4;

/** As a camera sees it: dark squares on white. */
function scan(text: string): string {
	const { size, squares } = qrSquares(text);
	const width = size * PIXELS;
	const data = new Uint8ClampedArray(width * width * 4).fill(255);
	for (const [x, y] of squares) {
		for (let row = y * PIXELS; row < (y + 1) * PIXELS; row++) {
			const start = (row * width + x * PIXELS) * 4;
			for (let i = start; i < start + PIXELS * 4; i++) data[i] = i % 4 === 3 ? 255 : 0;
		}
	}
	return decodeQR({ width, height: width, data });
}

describe("a QR code", () => {
	it("of a second factor scans as its URL", () => {
		const secret = "A".repeat(52);
		const url = `otpauth://totp/sentc-ts:ada@example.com?secret=${secret}&algorithm=SHA256&issuer=sentc-ts`;
		expect(scan(url)).toBe(url);
	});

	it("of a device that waits holds the whole hand-over", () => {
		const device = JSON.parse(createSentc().prepareRegisterDeviceStart("a phone with a name", "password"));
		const result = {
			device_id: "00000000-0000-4000-8000-000000000000",
			token: randomBytes(50).toString("base64url"),
			device_identifier: device.device_identifier,
			public_key_string: device.derived.public_key,
			keypair_encrypt_alg: device.derived.keypair_encrypt_alg,
		};
		const handover = createDeviceHandover(JSON.stringify({ status: true, result }));
		expect(scan(handover)).toBe(handover);
	});
});
