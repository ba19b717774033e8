/** Lets the page start without a network. Pages that are not secure have no service workers: they need one. */
export function installOffline(): void {
	if (!("serviceWorker" in navigator)) return;
	navigator.serviceWorker.register("/service-worker.js", { type: "module" }).catch(console.error);
}
