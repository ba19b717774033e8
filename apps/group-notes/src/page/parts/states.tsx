import { Alert, Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, use, useEffect, useRef } from "react";
import { seemsRemoved } from "../client/session.js";
import { inWords } from "../client/words.js";
import { SessionContext } from "./context.js";
import type { Loaded } from "./use-load.js";

/** While something is on its way. */
function Loading({ what, height = 72 }: { what: string; height?: number }): ReactNode {
	return (
		<div role="status" aria-label={`Loading ${what}`}>
			<Stack>
				<Skeleton height={height} />
				<Skeleton height={height} />
				<Skeleton height={height} />
			</Stack>
		</div>
	);
}

/** What went wrong, and how to try again. Nothing when there is no error. */
export function Problem({ error, again }: { error: unknown; again?: () => void }): ReactNode {
	const session = use(SessionContext);
	useEffect(() => {
		if (seemsRemoved(error)) session?.takeOwnKeys().catch(console.error);
	}, [session, error]);
	if (error === undefined) return null;
	return (
		<Alert color="red" variant="light" role="alert">
			<div className="problem">
				<span>{inWords(error)}</span>
				{again && (
					<Button size="xs" variant="default" onClick={again}>
						Try again
					</Button>
				)}
			</div>
		</Alert>
	);
}

/** A dialog gives the focus back a moment after it was closed, to a button that may be gone with what it was about, ms. */
const AFTER_DIALOG = 50;

/** What was done. It takes the focus: whoever uses a keyboard goes on from here. */
export function Done({ children }: { children: ReactNode }): ReactNode {
	const text = useRef<HTMLParagraphElement>(null);
	useEffect(() => {
		const timer = setTimeout(() => text.current?.focus(), AFTER_DIALOG);
		return () => clearTimeout(timer);
	}, []);
	return (
		<p className="done" role="status" ref={text} tabIndex={-1}>
			{children}
		</p>
	);
}

/** Where nothing is yet: what it is for, and what to do. */
export function Empty({
	title,
	children,
	action,
}: {
	title: string;
	children: ReactNode;
	action?: ReactNode;
}): ReactNode {
	return (
		<div className="empty">
			<Title order={2} size="h3">
				{title}
			</Title>
			<Text c="dimmed" maw={420}>
				{children}
			</Text>
			{action}
		</div>
	);
}

/** Loading, a problem, or what was loaded; a problem above it when a later try failed. */
export function Show<Value>({
	loaded,
	what,
	children,
}: {
	loaded: Loaded<Value>;
	what: string;
	children: (value: Value) => ReactNode;
}): ReactNode {
	const { again, error, value } = loaded;
	return (
		<Stack>
			<Problem error={error} again={again} />
			{value !== undefined ? children(value) : error === undefined && <Loading what={what} />}
		</Stack>
	);
}
