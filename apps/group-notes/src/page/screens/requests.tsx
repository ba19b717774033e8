import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import type { GroupJoinReqListItem } from "@sentc-ts/sdk";
import { type ReactNode, useEffect, useState } from "react";
import type { Notebook } from "../client/notebook.js";
import { useSession } from "../parts/context.js";
import { Dialog } from "../parts/dialog.js";
import { Compare } from "../parts/safety-number.js";
import { Problem } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";
import { useLoad } from "../parts/use-load.js";

/** How often it is looked who asks to join, ms: requests go to the API, which tells nobody. */
const POLL = 3000;

interface RequestsProps {
	notebook: Notebook;
	/** There is a new member. */
	onMember: () => void;
}

/** Who asks to join. Nobody gets a key before somebody has compared the safety number. */
export function Requests({ notebook, onMember }: RequestsProps): ReactNode {
	const { again, error, value = [] } = useLoad(notebook.id, () => notebook.requests());
	useEffect(() => {
		const timer = setInterval(() => document.visibilityState === "visible" && again(), POLL);
		return () => clearInterval(timer);
	}, [again]);
	const done = (): void => {
		again();
		onMember();
	};
	return (
		<>
			<Problem error={error} again={again} />
			{value.map((request) => (
				<Request key={request.user_id} notebook={notebook} request={request} onDone={done} />
			))}
		</>
	);
}

interface RequestProps {
	notebook: Notebook;
	request: GroupJoinReqListItem;
	onDone: () => void;
}

function Request({ notebook, onDone, request: { user_id } }: RequestProps): ReactNode {
	const name = useSession().people.nameOf(user_id);
	const [isOpen, setOpen] = useState(false);
	const { error, isBusy, run } = useAction();
	const decline = async (): Promise<void> => {
		if (await run(() => notebook.decline(user_id))) onDone();
	};
	return (
		<Alert color="teal" variant="light" role="status" title={`${name} asks to join`}>
			<Stack gap="sm">
				<Text size="sm">Compare the safety number first: it shows that this is {name}, and nobody in between.</Text>
				<Problem error={error} />
				<Group gap="sm">
					<Button onClick={() => setOpen(true)}>Compare and let in</Button>
					<Button variant="default" loading={isBusy} aria-label={`Decline ${name}`} onClick={decline}>
						Decline
					</Button>
				</Group>
			</Stack>
			<Dialog isOpen={isOpen} onClose={() => setOpen(false)} title={`Safety number with ${name}`}>
				<Compare
					userId={user_id}
					name={name}
					yes={`They match: let ${name} in`}
					onSame={async () => {
						await notebook.accept(user_id);
						setOpen(false);
						onDone();
					}}
				/>
			</Dialog>
		</Alert>
	);
}
