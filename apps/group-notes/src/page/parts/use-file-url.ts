import { useEffect, useState } from "react";
import type { Attachments } from "../client/attachments.js";
import type { Attachment } from "../client/content.js";

interface FileUrl {
	url: string | undefined;
	error: unknown;
	again: () => void;
}

/** The decrypted file under a URL, as long as the component is there. */
export function useFileUrl(attachments: Attachments, file: Attachment): FileUrl {
	const [url, setUrl] = useState<string>();
	const [error, setError] = useState<unknown>();
	const [turn, setTurn] = useState(0);
	const name = JSON.stringify(file);
	useEffect(() => {
		const leaving = new AbortController();
		const { signal } = leaving;
		let made: string | undefined;
		attachments.download(JSON.parse(name), { signal }).then(
			(loaded) => {
				if (signal.aborted) return URL.revokeObjectURL(loaded);
				made = loaded;
				setError(undefined);
				setUrl(loaded);
			},
			(cause: unknown) => signal.aborted || setError(cause),
		);
		return () => {
			leaving.abort();
			if (made !== undefined) URL.revokeObjectURL(made);
			setUrl(undefined);
		};
	}, [attachments, name, turn]);
	return { url, error, again: () => setTurn(turn + 1) };
}
