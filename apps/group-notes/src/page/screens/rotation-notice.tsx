import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Notebook } from "../client/notebook.js";
import { MANAGER } from "../client/ranks.js";
import { Problem } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";

/** Somebody is gone who knows the newest key: of those who left by themselves, or when a removal broke off. */
export function RotationNotice({ notebook, onDone }: { notebook: Notebook; onDone: () => void }): ReactNode {
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
