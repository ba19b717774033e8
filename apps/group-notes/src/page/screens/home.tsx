import { Badge, Button, Group, Stack, TextInput, Title } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { readInvitation } from "../client/invitation.js";
import { createNotebook, type ListedNotebook, listNotebooks, notebookName } from "../client/notebooks.js";
import { RANKS } from "../client/ranks.js";
import { useSession } from "../parts/context.js";
import { Dialog } from "../parts/dialog.js";
import { Icon } from "../parts/icons.js";
import { ScanButton } from "../parts/scanner.js";
import { Empty, Problem, Show } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";
import { useLoad } from "../parts/use-load.js";
import { go } from "../route.js";
import { NotebookName } from "./notebook-name.js";
import { fieldsOf } from "./sign-in.js";

/** The notebooks of the user. */
export function Home(): ReactNode {
	const session = useSession();
	const loaded = useLoad("notebooks", () => listNotebooks(session));
	const [dialog, setDialog] = useState<"create" | "open">();
	const create = (
		<Button leftSection={<Icon name="plus" />} onClick={() => setDialog("create")}>
			New notebook
		</Button>
	);
	return (
		<Stack gap="lg">
			<div className="heading">
				<Title order={1}>Your notebooks</Title>
				<Group gap="sm">
					<Button variant="default" leftSection={<Icon name="link" />} onClick={() => setDialog("open")}>
						Join by a link
					</Button>
					{loaded.value && loaded.value.length > 0 && create}
				</Group>
			</div>
			<Show loaded={loaded} what="your notebooks">
				{(notebooks) =>
					notebooks.length === 0 ? (
						<Empty title="Start with a notebook" action={create}>
							A notebook is for you and whomever you invite. Everything in it is encrypted before it leaves your device.
						</Empty>
					) : (
						<ul className="cards">
							{notebooks.map((notebook) => (
								<NotebookCard key={notebook.group_id} notebook={notebook} />
							))}
						</ul>
					)
				}
			</Show>
			<Dialog isOpen={dialog === "create"} onClose={() => setDialog(undefined)} title="New notebook">
				<CreateForm />
			</Dialog>
			<Dialog isOpen={dialog === "open"} onClose={() => setDialog(undefined)} title="Join by a link">
				<InvitationForm />
			</Dialog>
		</Stack>
	);
}

/** The link is there at once; the name comes when it is decrypted. */
function NotebookCard({ notebook: { group_id, rank } }: { notebook: ListedNotebook }): ReactNode {
	const session = useSession();
	// Whoever opens it is told what is wrong.
	const name = useLoad(group_id, () => notebookName(session, group_id).catch(() => "Can't be opened yet"));
	return (
		<li>
			<a className="card notebook-card" href={`#/notebook/${group_id}`}>
				<span className="notebook-mark">
					<Icon name="lock" />
				</span>
				<span className="notebook-name">{name.value ?? "…"}</span>
				<Badge variant="light" color="gray">
					{RANKS[rank]}
				</Badge>
			</a>
		</li>
	);
}

function CreateForm(): ReactNode {
	const session = useSession();
	const { error, isBusy, run } = useAction();
	const create = (event: FormEvent<HTMLFormElement>): void => {
		const { name = "" } = fieldsOf(event);
		void run(async () => go(`#/notebook/${await createNotebook(session, name.trim())}`));
	};
	return (
		<form onSubmit={create}>
			<Stack>
				<NotebookName />
				<Problem error={error} />
				<Button type="submit" loading={isBusy}>
					Create notebook
				</Button>
			</Stack>
		</form>
	);
}

function InvitationForm(): ReactNode {
	const [link, setLink] = useState("");
	const [isRefused, setRefused] = useState(false);
	const open = (event: FormEvent<HTMLFormElement>): void => {
		event.preventDefault();
		const invitation = readInvitation(link);
		setRefused(!invitation);
		if (invitation) go(`#/join/${invitation.groupId}/${invitation.inviterId}`);
	};
	return (
		<form onSubmit={open}>
			<Stack>
				<TextInput
					label="Link"
					description="That somebody sent you"
					value={link}
					onChange={(event) => setLink(event.currentTarget.value)}
					error={isRefused && "This is not a link to a notebook."}
					required
					data-autofocus
				/>
				<Group justify="space-between">
					<ScanButton onText={setLink} />
					<Button type="submit">Open</Button>
				</Group>
			</Stack>
		</form>
	);
}
