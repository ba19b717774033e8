/** Where something waits until it is let through. */
export function gate(): { reached: Promise<void>; open: () => void; pass: () => Promise<void> } {
	let open = (): void => {};
	let reach = (): void => {};
	const opened = new Promise<void>((resolve) => {
		open = resolve;
	});
	const reached = new Promise<void>((resolve) => {
		reach = resolve;
	});
	return {
		reached,
		open,
		pass: () => {
			reach();
			return opened;
		},
	};
}
