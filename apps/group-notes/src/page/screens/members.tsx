import { Anchor, Paper, Stack, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Notebook } from "../client/notebook.js";
import { ADMIN, MANAGER } from "../client/ranks.js";
import { Icon } from "../parts/icons.js";
import { Done } from "../parts/states.js";
import { useLive } from "../parts/use-live.js";
import { useLoad } from "../parts/use-load.js";
import { useRequests } from "../parts/use-requests.js";
import { isGone, ShowNotebook, WithNotebook } from "../parts/with-notebook.js";
import { Ending } from "./ending.js";
import { Invite } from "./invite.js";
import { MemberRow, OwnRow } from "./member-row.js";
import { Rename } from "./rename.js";
import { Requests } from "./requests.js";
import { RotationNotice } from "./rotation-notice.js";

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
	if (isGone(loaded.error)) {
		return (
			<ShowNotebook loaded={loaded} what="the members">
				{() => null}
			</ShowNotebook>
		);
	}
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
			<Paper className="card" component="section" aria-labelledby="notebook-title">
				<div className="heading">
					<Title order={2} size="h4" id="notebook-title">
						This notebook
					</Title>
					<div className="actions">
						{notebook.rank <= ADMIN && <Rename notebook={notebook} onDone={() => setName(notebook.name)} />}
						<Ending notebook={notebook} />
					</div>
				</div>
			</Paper>
		</Stack>
	);
}
