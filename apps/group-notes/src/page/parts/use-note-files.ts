import { useEffect, useRef, useState } from "react";
import type { Attachments } from "../client/attachments.js";
import type { Attachment } from "../client/content.js";
import { Upload } from "../client/upload.js";

/** The files that are attached while a note is edited. */
export interface NoteFiles {
	uploads: Upload[];
	/** @param onDone for each that is uploaded */
	upload: (files: readonly File[], onDone: (attachment: Attachment) => void) => void;
	cancel: (upload: Upload) => void;
	/** Was it attached here? */
	isAdded: (file: Attachment) => boolean;
	/** The note has these files now; those that it had before and those that were added go. */
	keep: (kept: readonly Attachment[], before: readonly Attachment[]) => Promise<void>;
}

/** Whatever is not kept goes when the editor is closed. */
export function useNoteFiles(attachments: Attachments): NoteFiles {
	const [uploads, setUploads] = useState<Upload[]>([]);
	const running = useRef(new Set<Upload>());
	const added = useRef<Attachment[]>([]);
	const end = (upload: Upload): void => {
		running.current.delete(upload);
		setUploads([...running.current]);
	};
	/** An upload goes on by name and length, and must not do so twice at the same time. */
	const isRunning = ({ name, size }: File): boolean =>
		[...running.current].some(({ file }) => file.name === name && file.size === size);
	useEffect(() => {
		const [uploading, unsaved] = [running.current, added];
		return () => {
			for (const upload of uploading) void upload.cancel();
			void attachments.drop(unsaved.current);
		};
	}, [attachments]);
	return {
		uploads,
		upload: (files, onDone) => {
			for (const file of files.filter((chosen) => !isRunning(chosen))) {
				const upload = new Upload(attachments, file, (attachment) => {
					added.current.push(attachment);
					end(upload);
					onDone(attachment);
				});
				running.current.add(upload);
			}
			setUploads([...running.current]);
		},
		cancel: (upload) => {
			end(upload);
			void upload.cancel();
		},
		isAdded: ({ file_id }) => added.current.some((file) => file.file_id === file_id),
		keep: async (kept, before) => {
			const ids = new Set(kept.map(({ file_id }) => file_id));
			const gone = [...before, ...added.current].filter(({ file_id }) => !ids.has(file_id));
			added.current = [];
			await attachments.drop(gone);
		},
	};
}
