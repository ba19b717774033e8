import { Button, FileButton, Group, Stack, Text } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";

const PAUSE = 150;

type Decode = (image: ImageData) => string;

const loadDecoder = async (): Promise<Decode> => {
	const { default: decodeQR } = await import("qr/decode.js");
	return (image) => decodeQR(image);
};

/** A button that reads a QR code: by the camera where the page may use one, and by a picture everywhere. */
export function ScanButton({ onText }: { onText: (text: string) => void }): ReactNode {
	const [isOpen, setOpen] = useState(false);
	const finish = (text: string): void => {
		setOpen(false);
		onText(text);
	};
	return (
		<>
			<Button variant="light" leftSection={<Icon name="scan" />} onClick={() => setOpen(true)}>
				Scan the code
			</Button>
			<Dialog isOpen={isOpen} onClose={() => setOpen(false)} title="Scan a QR code">
				<Scanner onText={finish} />
			</Dialog>
		</>
	);
}

function Scanner({ onText }: { onText: (text: string) => void }): ReactNode {
	const video = useRef<HTMLVideoElement>(null);
	const [hint, setHint] = useState("Hold the code in front of the camera.");
	const found = useRef(onText);
	found.current = onText;
	useEffect(() => {
		const stopping = new AbortController();
		if (video.current) {
			watch(video.current, stopping.signal, (text) => found.current(text)).catch(() =>
				setHint("There is no camera here: choose a picture of the code, or paste its text."),
			);
		}
		return () => stopping.abort();
	}, []);
	const read = async (file: File | null): Promise<void> => {
		const text = file && (await textOf(file).catch(() => undefined));
		if (text) onText(text);
		else setHint("There is no QR code in the picture.");
	};
	return (
		<Stack>
			{/* biome-ignore lint/a11y/useMediaCaption: what the camera sees */}
			<video ref={video} className="camera" playsInline />
			<Text role="status">{hint}</Text>
			<Group>
				<FileButton accept="image/*" onChange={read} inputProps={{ "aria-label": "A picture of the code" }}>
					{(props) => (
						<Button variant="default" {...props}>
							Choose a picture
						</Button>
					)}
				</FileButton>
			</Group>
		</Stack>
	);
}

async function watch(video: HTMLVideoElement, signal: AbortSignal, onText: (text: string) => void): Promise<void> {
	const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
	const stop = (): void => {
		for (const track of stream.getTracks()) track.stop();
	};
	signal.addEventListener("abort", stop);
	if (signal.aborted) return stop();
	const decode = await loadDecoder();
	video.srcObject = stream;
	await video.play();
	while (!signal.aborted) {
		const text = video.videoWidth > 0 ? textIn(video, video.videoWidth, video.videoHeight, decode) : undefined;
		if (text !== undefined) return onText(text);
		await new Promise((resolve) => setTimeout(resolve, PAUSE));
	}
}

async function textOf(file: File): Promise<string | undefined> {
	const bitmap = await createImageBitmap(file);
	return textIn(bitmap, bitmap.width, bitmap.height, await loadDecoder());
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
