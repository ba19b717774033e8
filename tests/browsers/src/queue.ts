/** Runs a task once those before it have ended, however they ended. */
export type Queue = <T>(task: () => Promise<T>) => Promise<T>;

export function createQueue(): Queue {
	let last: Promise<unknown> = Promise.resolve();
	return (task) => {
		const done = last.then(task);
		last = done.catch(() => {});
		return done;
	};
}
