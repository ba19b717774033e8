import { Button, Stack, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { type Compared, digitGroups, safetyNumber } from "../client/safety-number.js";
import { markCompared } from "../client/trust.js";
import { useSession } from "./context.js";
import { Problem, Show } from "./states.js";
import { useAction } from "./use-action.js";
import { useLoad } from "./use-load.js";

/** The number alone, for the one who reads it out. */
export function SafetyNumber({ userId }: { userId: string }): ReactNode {
	const session = useSession();
	const loaded = useLoad(userId, () => safetyNumber(session, userId));
	return (
		<Show loaded={loaded} what="the safety number">
			{({ number }) => <Digits number={number} />}
		</Show>
	);
}

function Digits({ number }: { number: string }): ReactNode {
	const groups = digitGroups(number).map((digits, place) => ({ digits, place }));
	return (
		<ol className="digits" aria-label="Safety number">
			{groups.map(({ digits, place }) => (
				<li key={place}>{digits}</li>
			))}
		</ol>
	);
}

interface CompareProps {
	userId: string;
	name: string;
	/** Why it is asked: it names the key. */
	doubt?: unknown;
	/** What the button says that confirms. */
	yes: string;
	/** Runs after the person was marked as verified. */
	onSame: () => Promise<unknown>;
}

/** The number to compare, and what the person says to it. */
export function Compare({ doubt, name, onSame, userId, yes }: CompareProps): ReactNode {
	const session = useSession();
	const loaded = useLoad(userId, () => safetyNumber(session, userId, doubt));
	const { error, isBusy, run } = useAction();
	const [differs, setDiffers] = useState(false);
	const confirm = ({ changedKeyId, number }: Compared): void => {
		void run(async () => {
			if (changedKeyId !== undefined) await session.user.acceptKeyChange(userId, changedKeyId);
			markCompared(session.ownId, userId, number);
			await onSame();
		});
	};
	return (
		<Show loaded={loaded} what="the safety number">
			{(compared) => (
				<Stack>
					{compared.changedKeyId !== undefined && (
						<Text fw={600}>
							The key of {name} is another one than before. That happens when somebody makes new keys, and when somebody
							else pretends to be them.
						</Text>
					)}
					<Text>Call {name}, or meet: does their screen show the same digits? If so, nobody stands between you.</Text>
					<Digits number={compared.number} />
					<Problem error={error} />
					{differs && (
						<Text c="var(--danger)" role="alert">
							Then somebody may be listening, or this is not {name}. Don't go on; nothing was shared.
						</Text>
					)}
					<div className="actions">
						<Button variant="default" onClick={() => setDiffers(true)}>
							They differ
						</Button>
						<Button loading={isBusy} disabled={differs} onClick={() => confirm(compared)}>
							{yes}
						</Button>
					</div>
				</Stack>
			)}
		</Show>
	);
}
