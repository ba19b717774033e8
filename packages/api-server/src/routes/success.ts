/** Result of routes that have nothing to return (protocol/http-api §1.2). */
export const SUCCESS = "Success";

/** {@link SUCCESS}, once the work is done. */
export async function succeeds(work: Promise<void>): Promise<string> {
	await work;
	return SUCCESS;
}
