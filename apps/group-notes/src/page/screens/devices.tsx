import { Anchor, Badge, Button, Group, Paper, Stack, Text, Textarea, Title } from "@mantine/core";
import { deviceFingerprint, readDeviceHandover, type UserDeviceList } from "@sentc-ts/sdk";
import { type ReactNode, useState } from "react";
import { everyItem } from "../client/lists.js";
import { useSession } from "../parts/context.js";
import { Icon } from "../parts/icons.js";
import { ScanButton } from "../parts/scanner.js";
import { Problem, Show } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";
import { useLoad } from "../parts/use-load.js";

const SINCE = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });

/** The devices of the account, and how another one joins. */
export function Devices(): ReactNode {
	const { user } = useSession();
	const loaded = useLoad("devices", () => everyItem<UserDeviceList>((last) => user.getDevices(last)));
	return (
		<Stack gap="lg">
			<Anchor href="#/" className="back">
				<Icon name="back" size={18} /> Notebooks
			</Anchor>
			<Title order={1}>Your devices</Title>
			<Paper className="card" component="section" aria-label="Devices">
				<Show loaded={loaded} what="your devices">
					{(devices) => (
						<ul className="rows">
							{devices.map(({ device_id, time }) => (
								<li key={device_id} className="row">
									<Icon name="device" />
									<span className="row-name">Since {SINCE.format(time)}</span>
									{device_id === user.user_data.device_id && (
										<Badge variant="light" color="teal">
											This one
										</Badge>
									)}
								</li>
							))}
						</ul>
					)}
				</Show>
			</Paper>
			<AddDevice onAdded={loaded.again} />
		</Stack>
	);
}

/** What a person pasted or scanned is whole only when it has digits. */
function digitsOf(handover: string): string | undefined {
	try {
		return deviceFingerprint(readDeviceHandover(handover));
	} catch {
		return undefined;
	}
}

function AddDevice({ onAdded }: { onAdded: () => void }): ReactNode {
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
				<ScanButton onText={read} />
				{digits !== undefined && (
					<Text role="status">
						The other device must show these digits: <strong className="fingerprint">{digits}</strong>
					</Text>
				)}
				<Problem error={error} />
				{isAdded && (
					<Text role="status" fw={600}>
						The device is added. It can sign in now, and opens the same notebooks.
					</Text>
				)}
				<Group justify="flex-end">
					<Button disabled={digits === undefined} loading={isBusy} onClick={add}>
						They match: add the device
					</Button>
				</Group>
			</Stack>
		</Paper>
	);
}
