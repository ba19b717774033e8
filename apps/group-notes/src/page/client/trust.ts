/** Whom a person trusts, on this device. Nothing in it is secret; nobody but the person writes it. */
interface Trust {
	/** The safety number that was compared, by user id. */
	compared: Record<string, string>;
	/** Who gave a link that was opened. */
	inviters: string[];
}

const itemOf = (ownId: string): string => `trust-${ownId}`;

function read(ownId: string): Trust {
	try {
		const { compared, inviters } = JSON.parse(localStorage.getItem(itemOf(ownId)) ?? "{}") as Partial<Trust>;
		return { compared: compared ?? {}, inviters: inviters ?? [] };
	} catch {
		return { compared: {}, inviters: [] };
	}
}

/** The number that was compared with that person. Another one now means another key. */
export function comparedNumber(ownId: string, userId: string): string | undefined {
	return read(ownId).compared[userId];
}

export function markCompared(ownId: string, userId: string, safetyNumber: string): void {
	const trust = read(ownId);
	trust.compared[userId] = safetyNumber;
	localStorage.setItem(itemOf(ownId), JSON.stringify(trust));
}

export function trustInviter(ownId: string, userId: string): void {
	const trust = read(ownId);
	trust.inviters = [...new Set([...trust.inviters, userId])];
	localStorage.setItem(itemOf(ownId), JSON.stringify(trust));
}

/** May that user sign keys of notebooks? Strangers may not: the API could make one up. */
export function maySign(ownId: string, userId: string): boolean {
	const { compared, inviters } = read(ownId);
	return userId === ownId || inviters.includes(userId) || compared[userId] !== undefined;
}

export function forgetTrust(ownId: string): void {
	localStorage.removeItem(itemOf(ownId));
}
