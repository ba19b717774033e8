import { Button, Paper, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { makeNewKeys } from "../client/devices.js";
import { useSession } from "../parts/context.js";
import { Confirm } from "../parts/dialog.js";
import { Done } from "../parts/states.js";

/** For who lost a device: removing it keeps it from fetching anything, new keys make worthless what was copied from it. */
export function NewKeys(): ReactNode {
	const session = useSession();
	const [isOpen, setOpen] = useState(false);
	const [isDone, setDone] = useState(false);
	return (
		<Paper className="card" component="section" aria-labelledby="new-keys">
			<Stack>
				<Title order={2} size="h4" id="new-keys">
					Lost a device?
				</Title>
				<Text>
					Remove it above, then make new keys: what somebody copied from it opens nothing that is written from then on.
				</Text>
				{isDone && <Done>You have new keys, and so have the notebooks that you manage.</Done>}
				<div className="actions">
					<Button variant="default" onClick={() => setOpen(true)}>
						Make new keys
					</Button>
				</div>
			</Stack>
			<Confirm
				isOpen={isOpen}
				onClose={() => setOpen(false)}
				title="Make new keys?"
				yes="Make new keys"
				isLoss={false}
				work={async () => {
					await makeNewKeys(session);
					setDone(true);
				}}
			>
				Your other devices take them by themselves. The others in your notebooks are told that your key has changed, and
				compare the safety number with you once more.
			</Confirm>
		</Paper>
	);
}
