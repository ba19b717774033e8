import { Button, type MantineSize, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Problem } from "./states.js";
import { useAction } from "./use-action.js";

interface DialogProps {
	isOpen: boolean;
	onClose: () => void;
	title: string;
	size?: MantineSize;
	children: ReactNode;
}

/**
 * Locking the scroll would put a style into the page, which its policy refuses; Mantine's own head of a dialog would count as a second head of
 * the page.
 */
export function Dialog({ children, isOpen, onClose, size, title }: DialogProps): ReactNode {
	return (
		<Modal.Root opened={isOpen} onClose={onClose} {...(size && { size })} lockScroll={false} centered>
			<Modal.Overlay />
			<Modal.Content radius="lg">
				<Modal.Body className="dialog-body">
					<div className="dialog-head">
						<Modal.Title>{title}</Modal.Title>
						<Modal.CloseButton aria-label="Close" />
					</div>
					{children}
				</Modal.Body>
			</Modal.Content>
		</Modal.Root>
	);
}

interface ConfirmProps {
	isOpen: boolean;
	onClose: () => void;
	title: string;
	/** What the button says that does it. */
	yes: string;
	/** Is something gone then? */
	isLoss?: boolean;
	work: () => Promise<unknown>;
	children: ReactNode;
}

/** Asks before what can't be taken back. */
export function Confirm({ children, isLoss = true, isOpen, onClose, title, work, yes }: ConfirmProps): ReactNode {
	const { error, isBusy, reset, run } = useAction();
	const close = (): void => {
		reset();
		onClose();
	};
	return (
		<Dialog isOpen={isOpen} onClose={close} title={title}>
			<Stack>
				<Text>{children}</Text>
				<Problem error={error} />
				<div className="actions">
					<Button variant="default" onClick={close}>
						Cancel
					</Button>
					<Button
						{...(isLoss && { color: "red.9" })}
						loading={isBusy}
						onClick={async () => (await run(work)) && close()}
					>
						{yes}
					</Button>
				</div>
			</Stack>
		</Dialog>
	);
}
