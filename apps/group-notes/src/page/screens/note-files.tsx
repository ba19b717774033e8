import { Button, FileButton, Stack, Text } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import { type Attachments, sizeInWords } from "../client/attachments.js";
import { type Attachment, MAX_FILE_BYTES, MAX_FILES } from "../client/content.js";
import { useOnline, useSession } from "../parts/context.js";
import { Icon } from "../parts/icons.js";
import { useLoad } from "../parts/use-load.js";
import type { NoteFiles } from "../parts/use-note-files.js";
import { FileRow, UploadRow } from "./file-rows.js";

interface FilesOfNoteProps {
	attachments: Attachments;
	files: readonly Attachment[];
	added: NoteFiles;
	onAdd: (file: Attachment) => void;
	onRemove: (file: Attachment) => void;
}

/** The files of a note in the editor, and a button for more. */
export function FilesOfNote({ added, attachments, files, onAdd, onRemove }: FilesOfNoteProps): ReactNode {
	const isOnline = useOnline();
	const { people } = useSession();
	const signers = [...new Set(files.map(({ signer_id }) => signer_id))];
	useLoad(signers.join(), () => people.load(signers));
	// The same file may be chosen again.
	const reset = useRef<() => void>(null);
	const left = MAX_FILES - files.length - added.uploads.length;
	const choose = (chosen: File[]): void => {
		added.upload(chosen.slice(0, left), onAdd);
		reset.current?.();
	};
	return (
		<Stack gap="sm">
			{files.length + added.uploads.length > 0 && (
				<ul className="files" aria-label="Files">
					{files.map((file) => (
						<FileRow
							key={file.file_id}
							attachments={attachments}
							file={file}
							signer={people.nameOf(file.signer_id)}
							onRemove={() => onRemove(file)}
						/>
					))}
					{added.uploads.map((upload) => (
						<UploadRow key={upload.id} upload={upload} onCancel={() => added.cancel(upload)} />
					))}
				</ul>
			)}
			<div className="file-head">
				<FileButton multiple resetRef={reset} onChange={choose} inputProps={{ "aria-label": "Files to attach" }}>
					{(props) => (
						<Button
							variant="light"
							size="sm"
							leftSection={<Icon name="file" size={18} />}
							disabled={!isOnline || left <= 0}
							{...props}
						>
							Attach files
						</Button>
					)}
				</FileButton>
				<Text size="sm" c="dimmed">
					Up to {MAX_FILES} files of {sizeInWords(MAX_FILE_BYTES)}, encrypted like the note.
				</Text>
			</div>
		</Stack>
	);
}
