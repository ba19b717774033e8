import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";

const SHOWN = 2000;

export function CopyText({ label, text }: { label: string; text: string }): ReactNode {
	const [said, say] = useState<string>();
	const copy = async (): Promise<void> => {
		// Pages by plain HTTP have no clipboard.
		const isCopied = await navigator.clipboard?.writeText(text).then(
			() => true,
			() => false,
		);
		say(isCopied ? "Copied" : "Select it, and copy it by hand");
		setTimeout(say, SHOWN, undefined);
	};
	return (
		<Button variant="light" onClick={copy}>
			{said ?? label}
		</Button>
	);
}
