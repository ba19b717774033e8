import { Button, Stack } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Notebook } from "../client/notebook.js";
import { Dialog } from "../parts/dialog.js";
import { Problem } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";
import { NotebookName } from "./notebook-name.js";
import { fieldsOf } from "./sign-in.js";

/** Another name for a notebook, which the others see when they open it. */
export function Rename({ notebook, onDone }: { notebook: Notebook; onDone: () => void }): ReactNode {
	const [isOpen, setOpen] = useState(false);
	const { error, isBusy, run } = useAction();
	const rename = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
		const { name = "" } = fieldsOf(event);
		if (!(await run(() => notebook.rename(name.trim())))) return;
		setOpen(false);
		onDone();
	};
	return (
		<>
			<Button variant="default" onClick={() => setOpen(true)}>
				Rename the notebook
			</Button>
			<Dialog isOpen={isOpen} onClose={() => setOpen(false)} title="Rename this notebook">
				<form onSubmit={rename}>
					<Stack>
						<NotebookName value={notebook.name} />
						<Problem error={error} />
						<Button type="submit" loading={isBusy}>
							Rename
						</Button>
					</Stack>
				</form>
			</Dialog>
		</>
	);
}
