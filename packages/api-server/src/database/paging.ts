/** Rows of one page of any list of users and groups (protocol/http-api §2.4). */
export const PAGE_SIZE = 50;

/** The last item of the page before; `undefined` asks for the first page. */
export interface Cursor {
	/** ms */
	time: number;
	id: string;
}
