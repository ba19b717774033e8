import { writeFile } from "node:fs/promises";
import encodeQR from "qr";

/** A picture of a QR code, as a GIF. */
export function pictureOf(text: string): Buffer {
	return Buffer.from(encodeQR(text, "gif", { ecc: "low", border: 4, scale: 6 }));
}

const WIDTH = 640;
const HEIGHT = 480;
const [BLACK, WHITE, GREY] = [16, 235, 128];

/** What a camera sees that is held in front of a QR code: a film of one picture (YUV4MPEG2), which Chromium plays as its camera. */
export async function filmOf(text: string, file: string): Promise<void> {
	const rows = encodeQR(text, "raw", { ecc: "low", border: 4 });
	const scale = Math.floor(HEIGHT / rows.length);
	const luma = Buffer.alloc(WIDTH * HEIGHT, WHITE);
	for (const [y, row] of rows.entries()) {
		for (const [x, isDark] of row.entries()) {
			if (!isDark) continue;
			for (let line = y * scale; line < (y + 1) * scale; line++) {
				luma.fill(BLACK, line * WIDTH + x * scale, line * WIDTH + (x + 1) * scale);
			}
		}
	}
	const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, GREY);
	const head = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420mpeg2\n`;
	await writeFile(file, Buffer.concat([Buffer.from(head), Buffer.from("FRAME\n"), luma, chroma]));
}
