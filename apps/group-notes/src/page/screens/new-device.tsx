import { Anchor, Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { createDeviceHandover, deviceFingerprint } from "@sentc-ts/sdk";
import { type FormEvent, type ReactNode, useState } from "react";
import { useSession } from "../parts/context.js";
import { CopyText } from "../parts/copy.js";
import { Icon } from "../parts/icons.js";
import { QrCode } from "../parts/qr-code.js";
import { Problem } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";
import { go } from "../route.js";
import { fieldsOf } from "./sign-in.js";

/** A device that waits to be let in. */
interface Waiting {
	identifier: string;
	password: string;
	/** For the other device. */
	handover: string;
	digits: string;
}

/** For a device that is to join an account: it makes its own keys, and one that is signed in lets it in. */
export function NewDevice(): ReactNode {
	const [waiting, setWaiting] = useState<Waiting>();
	return (
		<main className="page narrow">
			<div className="brand">
				<img src="/icon.svg" alt="" width={32} height={32} />
				<span>Group Notes</span>
			</div>
			<Paper className="card code-card" component="section">
				<Stack>
					<Anchor href="#/" className="back">
						<Icon name="back" size={18} /> Sign in
					</Anchor>
					<Title order={1} size="h2">
						Add this device
					</Title>
					{waiting ? <Handover waiting={waiting} /> : <Ask onAsked={setWaiting} />}
				</Stack>
			</Paper>
		</main>
	);
}

function Ask({ onAsked }: { onAsked: (waiting: Waiting) => void }): ReactNode {
	const { backend, sentc } = useSession();
	const { error, isBusy, run } = useAction();
	const ask = (event: FormEvent<HTMLFormElement>): void => {
		const { identifier = "", password = "" } = fieldsOf(event);
		void run(async () => {
			const input = await sentc.prepareRegisterDeviceStartAsync(identifier, password);
			const answer = await backend.registerDevice(input);
			sentc.doneRegisterDeviceStart(answer, input);
			const handover = createDeviceHandover(answer, input);
			onAsked({ identifier, password, handover, digits: deviceFingerprint(input) });
		});
	};
	return (
		<form onSubmit={ask}>
			<Stack>
				<Text>Each device has a user name and a password of its own.</Text>
				<TextInput
					name="identifier"
					label="User name for this device"
					autoComplete="username"
					autoCapitalize="none"
					spellCheck={false}
					maxLength={200}
					required
				/>
				<PasswordInput
					name="password"
					label="Password for this device"
					autoComplete="new-password"
					minLength={8}
					required
				/>
				<Problem error={error} />
				<Button type="submit" size="md" loading={isBusy}>
					Show the code
				</Button>
			</Stack>
		</form>
	);
}

function Handover({ waiting }: { waiting: Waiting }): ReactNode {
	const session = useSession();
	const { error, isBusy, run } = useAction();
	const { digits, handover, identifier, password } = waiting;
	const signIn = async (): Promise<void> => {
		if (await run(() => session.signIn(identifier, password))) go("#/");
	};
	return (
		<Stack>
			<Text>On a device that is signed in, open “Devices” and scan this code. Show it to nobody else.</Text>
			<QrCode text={handover} label="QR code of this device" />
			<Text>
				The other device must show these digits: <strong className="fingerprint">{digits}</strong>
			</Text>
			<CopyText label="Copy its text instead" text={handover} />
			<Problem error={error} />
			<Button size="md" loading={isBusy} onClick={signIn}>
				It was added: sign in
			</Button>
		</Stack>
	);
}
