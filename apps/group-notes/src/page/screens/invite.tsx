import { Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { invitationLink } from "../client/invitation.js";
import type { Notebook } from "../client/notebook.js";
import { useSession } from "../parts/context.js";
import { CopyText } from "../parts/copy.js";
import { QrCode } from "../parts/qr-code.js";

/** The link opens nothing by itself: it says which notebook, and who invites. */
export function Invite({ notebook }: { notebook: Notebook }): ReactNode {
	const link = invitationLink({ groupId: notebook.id, inviterId: useSession().ownId });
	return (
		<Paper className="card invite" component="section" aria-labelledby="invite-title">
			<QrCode text={link} label="QR code of the invitation" />
			<Stack gap="sm" className="grow">
				<Title order={2} size="h4" id="invite-title">
					Invite somebody
				</Title>
				<Text>
					Let them scan the code, or send them the link. They ask to join, and you let them in here after comparing a
					number. The link alone opens nothing.
				</Text>
				<TextInput label="Link" value={link} readOnly onFocus={(event) => event.currentTarget.select()} />
				<div className="actions">
					<CopyText label="Copy the link" text={link} />
				</div>
			</Stack>
		</Paper>
	);
}
