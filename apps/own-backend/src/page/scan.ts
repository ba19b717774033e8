import { byId } from "./dom.js";

const PAUSE_MS = 150;

type Decode = (image: ImageData) => string;

/** A button with `data-scan` fills the named field of its form with the text of a QR code, or with what a person pastes there instead. */
export function setUpScanning(): void {
	for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-scan]")) {
		button.addEventListener("click", async () => {
			const { form } = button;
			const text = await scan();
			if (!form || text === undefined) return;
			const field = form.elements.namedItem(button.dataset["scan"] ?? "");
			if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
			field.value = text;
			field.dispatchEvent(new Event("input"));
			field.focus();
		});
	}
}

/** By the camera where the page may use one, and by a picture everywhere. @returns `undefined` = the person gave up */
async function scan(): Promise<string | undefined> {
	const dialog = byId("scanner", HTMLDialogElement);
	const video = dialog.querySelector("video");
	const message = dialog.querySelector(".message");
	const picture = dialog.querySelector("input");
	const cancel = dialog.querySelector("button");
	if (!video || !message || !picture || !cancel) throw new Error("The scanner is not whole");
	const { default: decodeQR } = await import("qr/decode.js");
	const decode: Decode = (image) => decodeQR(image);
	let found: string | undefined;
	const finish = (text: string | undefined): void => {
		found = text;
		dialog.close();
	};
	cancel.onclick = () => finish(undefined);
	picture.onchange = async () => {
		const [file] = picture.files ?? [];
		const text = file && (await readPicture(file, decode).catch(() => undefined));
		picture.value = "";
		if (text === undefined) message.textContent = "There is no QR code in the picture.";
		else finish(text);
	};
	message.textContent = "";
	dialog.showModal();
	const closed = new Promise((resolve) => {
		dialog.onclose = resolve;
	});
	const stream = await openCamera();
	video.hidden = stream === undefined;
	if (stream) void watch(video, stream, dialog, decode).then((text) => text !== undefined && finish(text));
	else message.textContent = "This page has no camera: take a picture of the code, or paste its text.";
	await closed;
	for (const track of stream?.getTracks() ?? []) track.stop();
	video.srcObject = null;
	return found;
}

async function openCamera(): Promise<MediaStream | undefined> {
	try {
		return await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
	} catch {
		return undefined;
	}
}

async function watch(
	video: HTMLVideoElement,
	stream: MediaStream,
	dialog: HTMLDialogElement,
	decode: Decode,
): Promise<string | undefined> {
	video.srcObject = stream;
	await video.play();
	while (dialog.open) {
		const text = video.videoWidth > 0 ? textIn(video, video.videoWidth, video.videoHeight, decode) : undefined;
		if (text !== undefined) return text;
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
	}
	return undefined;
}

async function readPicture(file: File, decode: Decode): Promise<string | undefined> {
	const bitmap = await createImageBitmap(file);
	return textIn(bitmap, bitmap.width, bitmap.height, decode);
}

function textIn(source: CanvasImageSource, width: number, height: number, decode: Decode): string | undefined {
	const canvas = document.createElement("canvas");
	canvas.width = width;
	canvas.height = height;
	const context = canvas.getContext("2d");
	context?.drawImage(source, 0, 0);
	const image = context?.getImageData(0, 0, width, height);
	try {
		return image && decode(image);
	} catch {
		return undefined; // No code in it.
	}
}
