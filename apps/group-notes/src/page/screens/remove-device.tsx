import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { MfaRequired } from "@sentc-ts/sdk";
import type { FormEvent, ReactNode } from "react";
import { type Device, removeDevice } from "../client/devices.js";
import { useSession } from "../parts/context.js";
import { Dialog } from "../parts/dialog.js";
import { Problem } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";
import { fieldsOf } from "./sign-in.js";

interface RemoveDeviceProps {
	/** `undefined` = nobody asked. */
	device: Device | undefined;
	onClose: () => void;
	onDone: () => void;
}

/** Asks for the password: whoever has only a device in hand can't put the others out. */
export function RemoveDevice({ device, onClose, onDone }: RemoveDeviceProps): ReactNode {
	const session = useSession();
	const { error, isBusy, reset, run } = useAction();
	const hasSecondFactor = session.user.user_data.mfa || error instanceof MfaRequired;
	const close = (): void => {
		reset();
		onClose();
	};
	const remove = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
		const { code = "", password = "" } = fieldsOf(event);
		if (device && (await run(() => removeDevice(session, device.id, { code, password })))) onDone();
	};
	return (
		<Dialog isOpen={device !== undefined} onClose={close} title="Remove this device?">
			<form onSubmit={remove}>
				<Stack>
					<Text>
						It is signed out at once, and forgets its keys and notes when it is next open. What somebody has copied from
						it stays with them.
					</Text>
					<PasswordInput
						name="password"
						label="Password"
						description="The one that you sign in with on this device"
						autoComplete="current-password"
						required
						data-autofocus
					/>
					{hasSecondFactor && (
						<TextInput name="code" label="Code of your app, or a recovery key" autoComplete="one-time-code" required />
					)}
					<Problem error={error} />
					<div className="actions">
						<Button variant="default" onClick={close}>
							Cancel
						</Button>
						<Button type="submit" color="red.9" loading={isBusy}>
							Remove the device
						</Button>
					</div>
				</Stack>
			</form>
		</Dialog>
	);
}
