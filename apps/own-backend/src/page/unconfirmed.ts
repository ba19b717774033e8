const ITEM = "unconfirmed-second-factor";

/** A second factor that no code of an app has proved yet. The API asks for it already, so its recovery keys are the way back. */
export interface Unconfirmed {
	/** As which the person logs in. */
	name: string;
	recoveryKeys: string[];
}

export function readUnconfirmed(name: string): Unconfirmed | undefined {
	try {
		const stored: Unconfirmed | null = JSON.parse(localStorage.getItem(ITEM) ?? "null");
		return stored?.name === name ? stored : undefined;
	} catch {
		return undefined;
	}
}

export function keepUnconfirmed(unconfirmed: Unconfirmed): void {
	localStorage.setItem(ITEM, JSON.stringify(unconfirmed));
}

export function forgetUnconfirmed(): void {
	localStorage.removeItem(ITEM);
}
