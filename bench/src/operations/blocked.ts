/**
 * The longest time for which nothing else could run on this thread while the promise was waited for, ms: the longest gap between
 * messages that the thread sends itself. Unlike `longtask` entries they show what is shorter than 50 ms.
 */
export async function longestTask(run: () => unknown): Promise<number> {
	const { port1, port2 } = new MessageChannel();
	let longest = 0;
	let last = performance.now();
	const look = (): void => {
		const now = performance.now();
		longest = Math.max(longest, now - last);
		last = now;
	};
	port1.onmessage = () => {
		look();
		port2.postMessage(null);
	};
	port2.postMessage(null);
	await new Promise((resolve) => setTimeout(resolve, 10)); // until it turns
	longest = 0;
	last = performance.now();
	await run();
	look();
	port1.close();
	return longest;
}
