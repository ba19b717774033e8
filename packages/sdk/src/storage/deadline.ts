/** How long one access to a storage may take, ms. */
export const DEFAULT_STORAGE_TIMEOUT_MS = 10_000;

/**
 * What the call resolves to, unless it takes longer than `timeout` ms.
 *
 * @throws DOMException `TimeoutError` when it does; what the call comes to later is passed to `late`
 */
export async function withDeadline<T>(
	call: () => Promise<T>,
	timeout: number,
	late: (value: T) => void = () => {},
): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let over = false;
	const deadline = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			over = true;
			reject(new DOMException(`The storage did not answer within ${timeout} ms`, "TimeoutError"));
		}, timeout);
	});
	const called = call();
	called.then(
		(value) => over && late(value),
		() => {},
	);
	try {
		return await Promise.race([called, deadline]);
	} finally {
		clearTimeout(timer);
	}
}
