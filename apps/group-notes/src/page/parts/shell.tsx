import { Badge, Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { useOnline, useSession } from "./context.js";
import { Icon } from "./icons.js";
import { Problem } from "./states.js";
import { useAction } from "./use-action.js";

/** What is around every screen of somebody who is signed in. */
export function Shell({ children }: { children: ReactNode }): ReactNode {
	const session = useSession();
	const isOnline = useOnline();
	const { error, isBusy, run } = useAction();
	return (
		<>
			<header className="top">
				<div className="top-inner">
					<a className="brand" href="#/">
						<img src="/icon.svg" alt="" width={32} height={32} />
						<span>Group Notes</span>
					</a>
					<Group gap="xs" wrap="nowrap">
						{!isOnline && (
							<Badge color="orange" variant="light" role="status">
								Offline
							</Badge>
						)}
						<Button component="a" href="#/devices" variant="subtle" size="sm" leftSection={<Icon name="device" />}>
							Devices
						</Button>
						<Button variant="default" size="sm" loading={isBusy} onClick={() => run(() => session.signOut())}>
							Sign out
						</Button>
					</Group>
				</div>
			</header>
			<main className="page">
				<Problem error={error} />
				{children}
			</main>
		</>
	);
}
