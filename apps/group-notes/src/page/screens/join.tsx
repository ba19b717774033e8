import { Anchor, Button, Group, Loader, Paper, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import type { Invitation } from "../client/invitation.js";
import { listNotebooks } from "../client/notebooks.js";
import { trustInviter } from "../client/trust.js";
import { useSession } from "../parts/context.js";
import { SafetyNumber } from "../parts/safety-number.js";
import { Problem, Show } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";
import { useLoad } from "../parts/use-load.js";
import { go } from "../route.js";

/** How often it is looked whether the request was accepted, ms. */
const POLL = 3000;

/** Whoever opened a link asks to join: the key of the notebook comes from a member who said yes to this very person. */
export function Join({ groupId, inviterId }: Invitation): ReactNode {
	const session = useSession();
	const { error, isBusy, run } = useAction();
	const [hasAsked, setAsked] = useState(false);
	const inviter = useLoad(inviterId, async () => {
		await session.people.load([inviterId]);
		const asked = await session.user.sentJoinReq();
		setAsked(asked.some(({ group_id }) => group_id === groupId));
		return session.people.nameOf(inviterId);
	});
	useEffect(() => {
		const look = async (): Promise<void> => {
			const notebooks = await listNotebooks(session);
			if (notebooks.some(({ group_id }) => group_id === groupId)) go(`#/notebook/${groupId}`);
		};
		const ignore = (): void => undefined; // It is asked again.
		look().catch(ignore);
		const timer = setInterval(() => look().catch(ignore), POLL);
		return () => clearInterval(timer);
	}, [session, groupId]);
	const ask = (): void => {
		void run(async () => {
			trustInviter(session.ownId, inviterId);
			await session.user.groupJoinRequest(groupId);
			setAsked(true);
			await session.backend.tellMembersChanged(groupId).catch(console.error); // Whoever lets in sees it when they look again.
		});
	};
	return (
		<Paper className="card narrow" component="section">
			<Show loaded={inviter} what="the invitation">
				{(name) => (
					<Stack>
						<Title order={1} size="h2">
							{name} invites you to a notebook
						</Title>
						{hasAsked ? (
							<Group role="status" gap="sm" wrap="nowrap">
								<Loader size="sm" aria-hidden="true" />
								<Text>
									You asked to join. Tell {name} the safety number below: this page goes on when they have compared it.
								</Text>
							</Group>
						) : (
							<Text>Ask to join, and tell {name} this safety number: it shows them that it is you.</Text>
						)}
						<SafetyNumber userId={inviterId} />
						<Problem error={error} />
						{!hasAsked && (
							<Button size="md" loading={isBusy} onClick={ask}>
								Ask to join
							</Button>
						)}
						<Anchor href="#/" size="sm" ta="center">
							Not now
						</Anchor>
					</Stack>
				)}
			</Show>
		</Paper>
	);
}
