const item = (ownId: string): string => `trusted-signers-${ownId}`;

/** People whose signature below a group's key counts, as the person said: who gave a link, and who was confirmed when the page asked. */
export function isTrusted(ownId: string, userId: string): boolean {
	return trusted(ownId).includes(userId);
}

export function trust(ownId: string, userId: string): void {
	localStorage.setItem(item(ownId), JSON.stringify([...new Set([...trusted(ownId), userId])]));
}

function trusted(ownId: string): string[] {
	try {
		const ids: unknown = JSON.parse(localStorage.getItem(item(ownId)) ?? "[]");
		return Array.isArray(ids) ? ids : [];
	} catch {
		return [];
	}
}
