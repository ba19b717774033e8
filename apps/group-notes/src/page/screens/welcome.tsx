import { Alert, Anchor, Paper, Tabs, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Icon } from "../parts/icons.js";
import { Register, SignIn } from "./sign-in.js";

/** For somebody who is not signed in. */
export function Welcome({ isInvited, message }: { isInvited: boolean; message?: string | undefined }): ReactNode {
	return (
		<main className="welcome">
			<section className="pitch">
				<div className="brand">
					<img src="/icon.svg" alt="" width={40} height={40} />
					<span>Group Notes</span>
				</div>
				<Title order={1} className="headline">
					Notebooks that only your group can read.
				</Title>
				<ul className="points">
					<li>
						<Icon name="lock" />
						<span>Encrypted on your device. The server keeps what it can't read.</span>
					</li>
					<li>
						<Icon name="members" />
						<span>Invite by a link or a QR code; whoever leaves reads nothing new.</span>
					</li>
					<li>
						<Icon name="shield" />
						<span>Compare a number once, and know who is on the other side.</span>
					</li>
				</ul>
			</section>
			<Paper className="card" component="section" aria-label="Your account">
				{message && (
					<Alert color="orange" variant="light" role="alert" mb="md">
						{message}
					</Alert>
				)}
				{isInvited && (
					<Alert color="teal" variant="light" mb="md" title="You are invited to a notebook">
						Create an account, or sign in: then you can ask to join.
					</Alert>
				)}
				<Tabs defaultValue={isInvited ? "register" : "sign-in"} keepMounted={false}>
					<Tabs.List grow mb="lg">
						<Tabs.Tab value="sign-in">Sign in</Tabs.Tab>
						<Tabs.Tab value="register">Create account</Tabs.Tab>
					</Tabs.List>
					<Tabs.Panel value="sign-in">
						<SignIn />
						<Text size="sm" ta="center" mt="lg">
							Signed in on another device? <Anchor href="#/new-device">Add this one to your account</Anchor>
						</Text>
					</Tabs.Panel>
					<Tabs.Panel value="register">
						<Register />
					</Tabs.Panel>
				</Tabs>
			</Paper>
		</main>
	);
}
