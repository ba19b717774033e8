import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import type { GroupJoinReqListItem } from "@sentc-ts/sdk";
import { type ReactNode, useState } from "react";
import type { Notebook } from "../client/notebook.js";
import { useSession } from "../parts/context.js";
import { Dialog } from "../parts/dialog.js";
import { Compare } from "../parts/safety-number.js";
import { Problem } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";
import type { Loaded } from "../parts/use-load.js";

interface RequestsProps {
	notebook: Notebook;
	requests: Loaded<GroupJoinReqListItem[]>;
	/** @param what was done, in words */
	onDone: (what: string) => void;
}

/** Who asks to join. Nobody gets a key before somebody has compared the safety number. */
export function Requests({ notebook, onDone, requests: { again, error, value = [] } }: RequestsProps): ReactNode {
	return (
		<>
			<Problem error={error} again={again} />
			{value.map((request) => (
				<Request key={request.user_id} notebook={notebook} request={request} onDone={onDone} />
			))}
		</>
	);
}

interface RequestProps {
	notebook: Notebook;
	request: GroupJoinReqListItem;
	onDone: RequestsProps["onDone"];
}

function Request({ notebook, onDone, request: { user_id } }: RequestProps): ReactNode {
	const name = useSession().people.nameOf(user_id);
	const [isOpen, setOpen] = useState(false);
	const { error, isBusy, run } = useAction();
	const decline = async (): Promise<void> => {
		if (await run(() => notebook.decline(user_id))) onDone(`${name} is not let in.`);
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
						onDone(`${name} is in.`);
					}}
				/>
			</Dialog>
		</Alert>
	);
}
