import type { Endpoint } from "comlink";
import type { NodeWorker } from "./types.js";

type Listener = (value: unknown) => void;

/** A worker thread or its parent port with the events of the web, as comlink expects them. */
export function nodeEndpoint(port: Pick<NodeWorker, "postMessage" | "on" | "off">): Endpoint {
	const listeners = new Map<EventListenerOrEventListenerObject, Listener>();
	return {
		postMessage: (message, transfer) => port.postMessage(message, transfer as ArrayBuffer[]),
		addEventListener(type, listener) {
			const forward: Listener = (data) => {
				const event = { data } as MessageEvent;
				if (typeof listener === "function") listener(event);
				else listener.handleEvent(event);
			};
			listeners.set(listener, forward);
			port.on(type, forward);
		},
		removeEventListener(type, listener) {
			const forward = listeners.get(listener);
			if (forward) port.off(type, forward);
			listeners.delete(listener);
		},
	};
}
