import { ActionIcon, Button, Group, Skeleton, Text } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { type Attachments, sizeInWords, WrongFile } from "../client/attachments.js";
import type { Attachment } from "../client/content.js";
import type { Upload } from "../client/upload.js";
import { Icon } from "../parts/icons.js";
import { SignedBy } from "../parts/signed-by.js";
import { Problem } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";
import { useFileUrl } from "../parts/use-file-url.js";

/** What browsers show, and what runs no script of its own. */
const PICTURE = /^image\/(png|jpeg|gif|webp|avif)$/;

interface FileRowProps {
	attachments: Attachments;
	file: Attachment;
	/** Name of who attached it. */
	signer: string;
	onRemove: () => void;
}

export function FileRow({ attachments, file, onRemove, signer }: FileRowProps): ReactNode {
	const isPicture = PICTURE.test(file.type);
	const { error, isBusy, run } = useAction();
	const [fraction, setFraction] = useState(0);
	/** Only what was downloaded was verified. */
	const [isVerified, setVerified] = useState(false);
	const cancelling = useRef<AbortController>(undefined);
	useEffect(() => () => cancelling.current?.abort(), []);
	const save = async (): Promise<void> => {
		const cancel = new AbortController();
		cancelling.current = cancel;
		setFraction(0);
		await run(async () => {
			const { signal } = cancel;
			const on_progress = (progress: { fraction: number | undefined }): void => setFraction(progress.fraction ?? 0);
			const url = await attachments.download(file, { signal, on_progress }).catch((cause: unknown) => {
				if (signal.aborted) return undefined;
				throw cause;
			});
			if (url === undefined) return;
			setVerified(true);
			saveUrl(url, file.name);
		});
	};
	return (
		<li className="file">
			<FileHead name={file.name} size={file.size}>
				{isBusy ? (
					<Button
						size="xs"
						variant="default"
						aria-label={`Cancel ${file.name}`}
						onClick={() => cancelling.current?.abort()}
					>
						Cancel
					</Button>
				) : (
					<Button size="xs" variant="default" aria-label={`Download ${file.name}`} onClick={save}>
						Download
					</Button>
				)}
				<ActionIcon
					variant="subtle"
					color="red"
					className="danger"
					aria-label={`Remove ${file.name}`}
					onClick={onRemove}
				>
					<Icon name="trash" size={18} />
				</ActionIcon>
			</FileHead>
			{isPicture && <Picture attachments={attachments} file={file} signer={signer} />}
			{isVerified && !isPicture && <SignedBy userId={file.signer_id} name={signer} />}
			{isBusy && <progress aria-label={`Downloading ${file.name}`} value={fraction} />}
			<Problem error={error} />
		</li>
	);
}

export function UploadRow({ onCancel, upload }: { upload: Upload; onCancel: () => void }): ReactNode {
	const { error, fraction, isPaused } = useSyncExternalStore(upload.subscribe, upload.getState);
	const { name, size } = upload.file;
	return (
		<li className="file">
			<FileHead name={name} size={size}>
				{error === undefined && (
					<Button
						size="xs"
						variant="default"
						aria-label={`${isPaused ? "Go on with" : "Pause"} ${name}`}
						onClick={() => (isPaused ? upload.resume() : upload.pause())}
					>
						{isPaused ? "Go on" : "Pause"}
					</Button>
				)}
				<Button size="xs" variant="default" aria-label={`Cancel ${name}`} onClick={onCancel}>
					Cancel
				</Button>
			</FileHead>
			<progress aria-label={`Uploading ${name}`} value={fraction} />
			<Problem error={error} {...(!(error instanceof WrongFile) && { again: () => upload.start() })} />
		</li>
	);
}

function FileHead({ children, name, size }: { name: string; size: number; children: ReactNode }): ReactNode {
	return (
		<div className="file-head">
			<span className="row-name">{name}</span>
			<Text size="sm" c="dimmed" component="span">
				{sizeInWords(size)}
			</Text>
			<Group gap="xs" wrap="nowrap">
				{children}
			</Group>
		</div>
	);
}

function Picture({ attachments, file, signer }: Omit<FileRowProps, "onRemove">): ReactNode {
	const { again, error, url } = useFileUrl(attachments, file);
	const [isBroken, setBroken] = useState(false);
	if (error !== undefined) return <Problem error={error} again={again} />;
	if (url === undefined) return <Skeleton height={160} role="status" aria-label={`Loading ${file.name}`} />;
	return (
		<>
			{isBroken ? (
				<Text c="dimmed">The browser can't show this picture.</Text>
			) : (
				<img className="preview" src={url} alt={file.name} onError={() => setBroken(true)} />
			)}
			<SignedBy userId={file.signer_id} name={signer} />
		</>
	);
}

/** How long a browser may need to take the file over, ms. */
const TAKE_OVER = 60_000;

function saveUrl(url: string, name: string): void {
	const link = document.createElement("a");
	link.href = url;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), TAKE_OVER);
}
