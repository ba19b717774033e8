import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import type { UserMfaLogin } from "@sentc-ts/sdk";
import { type FormEvent, type ReactNode, useState } from "react";
import { useSession } from "../parts/context.js";
import { Problem } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";

const IDENTIFIER = { autoComplete: "username", autoCapitalize: "none", spellCheck: false, maxLength: 200 } as const;

/** The fields of a form, by name. */
export function fieldsOf(event: FormEvent<HTMLFormElement>): Record<string, string> {
	event.preventDefault();
	return Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]));
}

export function SignIn(): ReactNode {
	const session = useSession();
	const { error, isBusy, run } = useAction();
	const [started, setStarted] = useState<UserMfaLogin>();
	const signIn = (event: FormEvent<HTMLFormElement>): void => {
		const { identifier = "", password = "" } = fieldsOf(event);
		void run(async () => setStarted(await session.signIn(identifier, password)));
	};
	const finish = (event: FormEvent<HTMLFormElement>): void => {
		const { code = "" } = fieldsOf(event);
		void run(async () => started && session.finishSignIn(started, code));
	};
	if (started) {
		return (
			<form onSubmit={finish}>
				<Stack>
					<Text>Your account has a second factor.</Text>
					<TextInput name="code" label="Code of your app, or a recovery key" autoComplete="one-time-code" required />
					<Problem error={error} />
					<Button type="submit" loading={isBusy}>
						Go on
					</Button>
				</Stack>
			</form>
		);
	}
	return (
		<form onSubmit={signIn}>
			<Stack>
				<TextInput name="identifier" label="User name" required {...IDENTIFIER} />
				<PasswordInput name="password" label="Password" autoComplete="current-password" required />
				<Problem error={error} />
				<Button type="submit" loading={isBusy} size="md">
					Sign in
				</Button>
			</Stack>
		</form>
	);
}

const MIN_PASSWORD = 8;

export function Register(): ReactNode {
	const session = useSession();
	const { error, isBusy, run } = useAction();
	const register = (event: FormEvent<HTMLFormElement>): void => {
		const { identifier = "", name = "", password = "" } = fieldsOf(event);
		void run(() => session.register(name, identifier, password));
	};
	return (
		<form onSubmit={register}>
			<Stack>
				<TextInput
					name="name"
					label="Your name"
					description="As the others in a notebook see it"
					autoComplete="name"
					maxLength={80}
					required
				/>
				<TextInput name="identifier" label="User name" description="To sign in with" required {...IDENTIFIER} />
				<PasswordInput
					name="password"
					label="Password"
					description="It never leaves this device, so nobody can reset it for you"
					autoComplete="new-password"
					minLength={MIN_PASSWORD}
					required
				/>
				<Problem error={error} />
				<Button type="submit" loading={isBusy} size="md">
					Create account
				</Button>
			</Stack>
		</form>
	);
}
