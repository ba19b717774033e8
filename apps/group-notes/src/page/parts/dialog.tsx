import { Button, Group, Modal, type ModalProps, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Problem } from "./states.js";
import { useAction } from "./use-action.js";

interface DialogProps extends Pick<ModalProps, "title" | "children" | "size"> {
	isOpen: boolean;
	onClose: () => void;
}

/** Locking the scroll would put a style into the page, which its policy refuses. */
export function Dialog({ isOpen, ...props }: DialogProps): ReactNode {
	return (
		<Modal
			opened={isOpen}
			lockScroll={false}
			centered
			radius="lg"
			closeButtonProps={{ "aria-label": "Close" }}
			{...props}
		/>
	);
}

interface ConfirmProps {
	isOpen: boolean;
	onClose: () => void;
	title: string;
	/** What the button says that does it. */
	yes: string;
	work: () => Promise<unknown>;
	children: ReactNode;
}

/** Asks before what can't be taken back. */
export function Confirm({ children, isOpen, onClose, title, work, yes }: ConfirmProps): ReactNode {
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
				<Group justify="flex-end">
					<Button variant="default" onClick={close}>
						Cancel
					</Button>
					<Button color="red.8" loading={isBusy} onClick={async () => (await run(work)) && close()}>
						{yes}
					</Button>
				</Group>
			</Stack>
		</Dialog>
	);
}
