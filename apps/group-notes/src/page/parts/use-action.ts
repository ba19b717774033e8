import { useState } from "react";

/** Something that a person started. */
export interface Action {
	isBusy: boolean;
	/** Why it failed; gone with the next try. */
	error: unknown;
	/** Does nothing while it is busy. @returns did it succeed? */
	run: (work: () => Promise<unknown>) => Promise<boolean>;
	reset: () => void;
}

export function useAction(): Action {
	const [isBusy, setBusy] = useState(false);
	const [error, setError] = useState<unknown>();
	const run: Action["run"] = async (work) => {
		if (isBusy) return false;
		setBusy(true);
		setError(undefined);
		try {
			await work();
			return true;
		} catch (cause) {
			setError(cause);
			return false;
		} finally {
			setBusy(false);
		}
	};
	return { isBusy, error, run, reset: () => setError(undefined) };
}
