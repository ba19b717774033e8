import { Anchor, Paper, Stack, Text, Title } from "@mantine/core";
import { isSentcError, KeyChanged, SignerUnknown } from "@sentc-ts/sdk";
import type { ReactNode } from "react";
import { BackendError } from "../client/connection.js";
import { Notebook } from "../client/notebook.js";
import { useSession } from "./context.js";
import { Compare } from "./safety-number.js";
import { Empty, Show } from "./states.js";
import { type Loaded, useLoad } from "./use-load.js";

/** Opens a notebook for a screen, or says why it can't be opened. */
export function WithNotebook({ id, children }: { id: string; children: (notebook: Notebook) => ReactNode }): ReactNode {
	const session = useSession();
	const loaded = useLoad(id, () => Notebook.open(session, id));
	return (
		<ShowNotebook loaded={loaded} what="the notebook">
			{children}
		</ShowNotebook>
	);
}

/** As `Show`. A notebook that is gone shows nothing more; a key of somebody whom nobody has verified is asked about. */
export function ShowNotebook<Value>({
	loaded,
	what,
	children,
}: {
	loaded: Loaded<Value>;
	what: string;
	children: (value: Value) => ReactNode;
}): ReactNode {
	const { again, error } = loaded;
	if (isGone(error)) {
		return (
			<Empty title="This notebook is closed for you" action={<Anchor href="#/">Your notebooks</Anchor>}>
				It was deleted, or you are not a member of it.
			</Empty>
		);
	}
	if (error instanceof SignerUnknown || error instanceof KeyChanged) return <Doubt error={error} again={again} />;
	return (
		<Show loaded={loaded} what={what}>
			{children}
		</Show>
	);
}

export function isGone(error: unknown): boolean {
	return error instanceof BackendError ? error.status === 403 : isSentcError(error) && error.code === "NO_GROUP_ACCESS";
}

/** A key may be taken when the person says who made it: the server alone can't be asked that. */
function Doubt({ again, error }: { again: () => void; error: SignerUnknown | KeyChanged }): ReactNode {
	const session = useSession();
	const { userId } = error;
	const name = useLoad(userId, async () => {
		await session.people.load([userId]);
		return session.people.nameOf(userId);
	});
	return (
		<Show loaded={name} what="who made the key">
			{(known) => (
				<Paper className="card" component="section">
					<Stack>
						<Title order={1} size="h2">
							Is this {known}?
						</Title>
						{error instanceof SignerUnknown && (
							<Text>The key of this notebook was made by {known}, whom you have not verified on this device.</Text>
						)}
						<Compare
							userId={userId}
							name={known}
							doubt={error}
							yes="They match: mark as verified"
							onSame={async () => again()}
						/>
					</Stack>
				</Paper>
			)}
		</Show>
	);
}
