import { Button, Paper, Stack, Text, Textarea, Title } from "@mantine/core";
import { deviceFingerprint, readDeviceHandover } from "@sentc-ts/sdk";
import { type ReactNode, useState } from "react";
import { useSession } from "../parts/context.js";
import { ScanButton } from "../parts/scanner.js";
import { Done, Problem } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";

/** What a person pasted or scanned is whole only when it has digits. */
function digitsOf(handover: string): string | undefined {
	try {
		return deviceFingerprint(readDeviceHandover(handover));
	} catch {
		return undefined;
	}
}

/** How another device joins the account. */
export function AddDevice({ onAdded }: { onAdded: () => void }): ReactNode {
	const { user } = useSession();
	const { error, isBusy, run } = useAction();
	const [handover, setHandover] = useState("");
	const [isAdded, setAdded] = useState(false);
	const digits = digitsOf(handover);
	const read = (text: string): void => {
		setAdded(false);
		setHandover(text);
	};
	const add = async (): Promise<void> => {
		if (!(await run(() => user.registerDevice(readDeviceHandover(handover))))) return;
		setHandover("");
		setAdded(true);
		onAdded();
	};
	return (
		<Paper className="card" component="section" aria-labelledby="add-device">
			<Stack>
				<Title order={2} size="h4" id="add-device">
					Add a device
				</Title>
				<Text>
					Open this page on the other device and choose “Add this one to your account”. It shows a code, which you scan
					here, or whose text you paste.
				</Text>
				<Textarea
					label="Text of the other device"
					value={handover}
					onChange={(event) => read(event.currentTarget.value)}
					rows={3}
					error={handover !== "" && digits === undefined && "This is not the whole text yet."}
				/>
				{digits !== undefined && (
					<Text role="status">
						The other device must show these digits: <strong className="fingerprint">{digits}</strong>
					</Text>
				)}
				<Problem error={error} />
				{isAdded && <Done>The device is added. It can sign in now, and opens the same notebooks.</Done>}
				<div className="actions">
					<ScanButton onText={read} />
					{digits !== undefined && (
						<Button loading={isBusy} onClick={add}>
							They match: add the device
						</Button>
					)}
				</div>
			</Stack>
		</Paper>
	);
}
