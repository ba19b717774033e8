/**
 * What a call resolves to, unless it takes longer than a time.
 *
 * @param timeout ms
 * @param overdue the error in that case
 * @param late gets what the call comes to after that
 */
export async function withDeadline<T>(
	call: () => Promise<T>,
	timeout: number,
	overdue: () => Error,
	late: (value: T) => void = () => {},
): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let over = false;
	const deadline = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			over = true;
			reject(overdue());
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
