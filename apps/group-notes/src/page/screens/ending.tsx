import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Notebook } from "../client/notebook.js";
import { ADMIN } from "../client/ranks.js";
import { Confirm } from "../parts/dialog.js";
import { go } from "../route.js";

/** The last admin can't leave: the notebook is deleted then. */
export function Ending({ notebook }: { notebook: Notebook }): ReactNode {
	const [asked, setAsked] = useState<"leave" | "delete">();
	const close = (): void => setAsked(undefined);
	return (
		<>
			<Button variant="subtle" color="red" className="danger" onClick={() => setAsked("leave")}>
				Leave the notebook
			</Button>
			{notebook.rank <= ADMIN && (
				<Button variant="subtle" color="red" className="danger" onClick={() => setAsked("delete")}>
					Delete the notebook
				</Button>
			)}
			<Confirm
				isOpen={asked === "leave"}
				onClose={close}
				title="Leave this notebook?"
				yes="Leave"
				work={async () => {
					await notebook.leave();
					go("#/");
				}}
			>
				Somebody has to let you in again before you read anything in it.
			</Confirm>
			<Confirm
				isOpen={asked === "delete"}
				onClose={close}
				title="Delete this notebook?"
				yes="Delete it"
				work={async () => {
					await notebook.delete();
					go("#/");
				}}
			>
				All its notes are gone, for everybody.
			</Confirm>
		</>
	);
}
