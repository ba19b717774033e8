import { Anchor, Button, Paper, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { type Device, listDevices } from "../client/devices.js";
import { useSession } from "../parts/context.js";
import { Icon } from "../parts/icons.js";
import { Done, Show } from "../parts/states.js";
import { useLoad } from "../parts/use-load.js";
import { AddDevice } from "./add-device.js";
import { NewKeys } from "./new-keys.js";
import { RemoveDevice } from "./remove-device.js";

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** The devices of the account, how another one joins, and how one goes. */
export function Devices(): ReactNode {
	const session = useSession();
	const loaded = useLoad("devices", () => listDevices(session));
	const [removing, setRemoving] = useState<Device>();
	const [isRemoved, setRemoved] = useState(false);
	const removed = (): void => {
		setRemoving(undefined);
		setRemoved(true);
		loaded.again();
	};
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
							{devices.map((device) => (
								<DeviceRow key={device.id} device={device} onRemove={() => setRemoving(device)} />
							))}
						</ul>
					)}
				</Show>
			</Paper>
			{isRemoved && (
				<Done>The device is removed and signed out. If somebody else may have it, make new keys below.</Done>
			)}
			<AddDevice onAdded={loaded.again} />
			<NewKeys />
			<RemoveDevice device={removing} onClose={() => setRemoving(undefined)} onDone={removed} />
		</Stack>
	);
}

function DeviceRow({ device, onRemove }: { device: Device; onRemove: () => void }): ReactNode {
	const { added, isThis, used } = device;
	const since = `Added ${WHEN.format(added)}`;
	return (
		<li className="row">
			<Icon name="device" />
			<span className="row-name">
				{isThis ? "This device" : since}
				<Text size="sm" c="dimmed" component="span" display="block">
					{isThis ? since : used === undefined ? "Not signed in" : `Last used ${WHEN.format(used)}`}
				</Text>
			</span>
			{!isThis && (
				<Button
					variant="subtle"
					color="red"
					className="danger"
					aria-label={`Remove the device that was added ${WHEN.format(added)}`}
					onClick={onRemove}
				>
					Remove
				</Button>
			)}
		</li>
	);
}
