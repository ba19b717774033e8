/** What a link says: which notebook, and who gave it. Both stand behind the `#`, which no browser sends. */
export interface Invitation {
	groupId: string;
	inviterId: string;
}

const ID = "[0-9A-Za-z-]{1,64}";
const HASH = new RegExp(`^#/join/(${ID})/(${ID})$`);

export function invitationLink({ groupId, inviterId }: Invitation): string {
	return `${location.origin}/#/join/${groupId}/${inviterId}`;
}

/** @returns `undefined` for what is no link of this page */
export function readInvitation(link: string): Invitation | undefined {
	const text = link.trim();
	const url = URL.canParse(text) ? new URL(text) : undefined;
	const [, groupId, inviterId] = (url?.origin === location.origin && HASH.exec(url.hash)) || [];
	return groupId !== undefined && inviterId !== undefined ? { groupId, inviterId } : undefined;
}
