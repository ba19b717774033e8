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
 * Loads when the component appears, and whenever `key` is another one: then what was there goes at once. While a load is under way, those that
 * are asked for meanwhile are one more, after it: many changes at once don't make many loads.
 */
export function useLoad<Value>(key: string, work: () => Promise<Value>): Loaded<Value> {
	const [state, setState] = useState<State<Value>>(() => initial(key));
	const latest = useRef({ turn: 0, work, isRunning: false, isWanted: false });
	latest.current.work = work;
	const again = useCallback(() => {
		const { current } = latest;
		current.isWanted = current.isRunning;
		if (current.isRunning) return;
		current.isRunning = true;
		const { turn } = current;
		const end = (change: (before: State<Value>) => State<Value>): void => {
			if (current.turn !== turn) return;
			current.isRunning = false;
			setState(change);
			if (current.isWanted) again();
		};
		setState((before) => (before.key === key ? { ...before, isLoading: true } : initial(key)));
		current.work().then(
			(value) => end(() => ({ key, value, error: undefined, isLoading: false })),
			(error: unknown) => end((before) => ({ ...before, error, isLoading: false })),
		);
	}, [key]);
	useEffect(() => {
		again();
		const { current } = latest;
		return () => {
			current.turn += 1;
			current.isRunning = false;
		};
	}, [again]);
	const { value, error, isLoading } = state.key === key ? state : initial<Value>(key);
	return { value, error, isLoading, again };
}
