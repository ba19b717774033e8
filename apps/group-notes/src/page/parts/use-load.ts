import { useCallback, useEffect, useRef, useState } from "react";

/** What is loaded for a component: nothing yet, a value, an error, or both when a later try failed. */
export interface Loaded<Value> {
	value: Value | undefined;
	error: unknown;
	isLoading: boolean;
	/** Loads again; what is there stays until then. */
	again: () => void;
}

interface State<Value> {
	key: string;
	value: Value | undefined;
	error: unknown;
	isLoading: boolean;
}

function initial<Value>(key: string): State<Value> {
	return { key, value: undefined, error: undefined, isLoading: true };
}

/**
 * Loads when the component appears, and whenever `key` is another one: then what was there goes at once. Of loads that overlap the last one
 * counts.
 */
export function useLoad<Value>(key: string, work: () => Promise<Value>): Loaded<Value> {
	const [state, setState] = useState<State<Value>>(() => initial(key));
	const latest = useRef({ turn: 0, work });
	latest.current.work = work;
	const again = useCallback(() => {
		latest.current.turn += 1;
		const { turn } = latest.current;
		const isLast = (): boolean => latest.current.turn === turn;
		setState((before) => (before.key === key ? { ...before, isLoading: true } : initial(key)));
		latest.current.work().then(
			(value) => isLast() && setState({ key, value, error: undefined, isLoading: false }),
			(error: unknown) => isLast() && setState((before) => ({ ...before, error, isLoading: false })),
		);
	}, [key]);
	useEffect(() => {
		again();
		const { current } = latest;
		return () => {
			current.turn += 1;
		};
	}, [again]);
	const { value, error, isLoading } = state.key === key ? state : initial<Value>(key);
	return { value, error, isLoading, again };
}
