import { Alert, Anchor, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Notebook } from "../client/notebook.js";
import { ADMIN, MANAGER } from "../client/ranks.js";
import { useSession } from "../parts/context.js";
import { Confirm } from "../parts/dialog.js";
import { Icon } from "../parts/icons.js";
import { Done, Problem } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";
import { useLive } from "../parts/use-live.js";
import { useLoad } from "../parts/use-load.js";
import { useRequests } from "../parts/use-requests.js";
import { ShowNotebook, WithNotebook } from "../parts/with-notebook.js";
import { go } from "../route.js";
import { Invite } from "./invite.js";
import { MemberRow, OwnRow } from "./member-row.js";
import { Rename } from "./rename.js";
import { Requests } from "./requests.js";

/** Who is in a notebook, who wants to be, and how one comes and goes. */
export function Members({ id }: { id: string }): ReactNode {
	return (
		<Stack gap="lg">
			<Anchor href={`#/notebook/${id}`} className="back">
				<Icon name="back" size={18} /> Notes
			</Anchor>
			<WithNotebook id={id}>{(notebook) => <OpenMembers notebook={notebook} />}</WithNotebook>
		</Stack>
	);
}

function OpenMembers({ notebook }: { notebook: Notebook }): ReactNode {
	const [name, setName] = useState(notebook.name);
	const [done, setDone] = useState("");
	const loaded = useLoad(notebook.id, () => notebook.members());
	const requests = useRequests(notebook);
	const changed = (what?: string): void => {
		if (what !== undefined) setDone(what);
		loaded.again();
		requests.again();
	};
	useLive(notebook, (change) => change === "members" && changed());
	return (
		<Stack gap="lg">
			<Title order={1}>Members of {name}</Title>
			<Requests notebook={notebook} requests={requests} onDone={changed} />
			<RotationNotice notebook={notebook} onDone={() => changed("The notebook has a new key.")} />
			{done !== "" && <Done key={done}>{done}</Done>}
			<Paper className="card" component="section" aria-label="Members">
				<ShowNotebook loaded={loaded} what="the members">
					{(members) => (
						<ul className="rows">
							<OwnRow rank={notebook.rank} />
							{members.map((member) => (
								<MemberRow key={member.user_id} notebook={notebook} member={member} onChange={changed} />
							))}
						</ul>
					)}
				</ShowNotebook>
			</Paper>
			{notebook.rank <= MANAGER && <Invite notebook={notebook} />}
			{notebook.rank <= ADMIN && <Rename notebook={notebook} onDone={() => setName(notebook.name)} />}
			<Ending notebook={notebook} />
		</Stack>
	);
}

/** Somebody is gone who knows the newest key: of those who left by themselves, or when a removal broke off. */
function RotationNotice({ notebook, onDone }: { notebook: Notebook; onDone: () => void }): ReactNode {
	const { error, isBusy, run } = useAction();
	if (!notebook.isRotationDue || notebook.rank > MANAGER) return null;
	const rotate = async (): Promise<void> => {
		if (await run(() => notebook.rotate())) onDone();
	};
	return (
		<Alert color="orange" variant="light" role="status" title="Somebody left who knows the key of this notebook">
			<Stack gap="sm">
				<Text size="sm">With a new key they read nothing that is written from then on.</Text>
				<Problem error={error} />
				<Group>
					<Button size="xs" loading={isBusy} onClick={rotate}>
						Make a new key
					</Button>
				</Group>
			</Stack>
		</Alert>
	);
}

/** The last admin can't leave: the notebook is deleted then. */
function Ending({ notebook }: { notebook: Notebook }): ReactNode {
	const { backend } = useSession();
	const [asked, setAsked] = useState<"leave" | "delete">();
	const close = (): void => setAsked(undefined);
	return (
		<Group justify="flex-end">
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
					await backend.deleteNotebook(notebook.id);
					go("#/");
				}}
			>
				All its notes are gone, for everybody.
			</Confirm>
		</Group>
	);
}
