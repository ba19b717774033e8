import { FileError } from "../file-errors.js";
import type { Session } from "../session/session.js";

/** The uploads that are under way, by the id of their file. */
const running: WeakMap<Session, Set<string>> = new WeakMap();

/**
 * While nobody else goes on with the upload: not this session, and where the platform can say so (Web Locks API) no other tab. Two at the
 * same time would each take the parts of the other one for lost. Other processes of Node, and other tabs without HTTPS, have no such locks:
 * the app keeps those away. A note in the storage would be left by whoever crashes.
 *
 * @throws FileError `UPLOAD_RUNNING`
 */
export async function whileAlone<T>(session: Session, file_id: string, upload: () => Promise<T>): Promise<T> {
	const mine = running.get(session) ?? new Set();
	running.set(session, mine);
	if (mine.has(file_id)) throw new FileError("UPLOAD_RUNNING");
	mine.add(file_id);
	try {
		const locks = globalThis.navigator?.locks;
		if (!locks) return await upload();
		return await locks.request(`sentc-upload-${file_id}`, { ifAvailable: true }, (lock) => {
			if (!lock) throw new FileError("UPLOAD_RUNNING");
			return upload();
		});
	} finally {
		mine.delete(file_id);
	}
}
