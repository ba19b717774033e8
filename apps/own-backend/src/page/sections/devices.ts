import type { UserDeviceList } from "@sentc-ts/sdk";
import { byId, control } from "../dom.js";
import { farewell, onSubmit, say } from "../forms.js";
import { everyItem } from "../lists.js";
import type { Router } from "../router.js";
import { secondFactor } from "../second-factor.js";
import type { Session } from "../session.js";
import { inWords } from "../words.js";

/** @returns loads the list again */
export function setUpDevices(session: Session, router: Router): () => void {
	const form = byId("devices", HTMLFormElement);
	const select = control(form, "device", HTMLSelectElement);

	const load = async (): Promise<void> => {
		select.ariaBusy = "true";
		try {
			const { device_id } = session.user.user_data;
			const { user } = session;
			const devices = await everyItem<UserDeviceList>((last) => user.getDevices(last));
			select.replaceChildren(...devices.map((device) => new Option(nameOf(device, device_id), device.device_id)));
		} finally {
			select.ariaBusy = "false";
		}
	};
	const reload = (): void => {
		load().catch((error: unknown) => say(form, inWords(error), "error"));
	};

	onSubmit(form, async ({ device = "", password = "", code = "" }) => {
		const isThisOne = device === session.user.user_data.device_id;
		await session.user.deleteDevice(password, device, ...secondFactor(code));
		form.reset();
		if (isThisOne) {
			await session.logOut();
			return farewell("This device is deleted, and you are logged out.");
		}
		await load();
		return "The device is deleted. Rotate your keys, so that it can't read what comes.";
	});
	router.onShow(({ view }) => {
		if (view === "devices" && session.loggedIn) reload();
	});
	session.onChange(() => select.replaceChildren());
	return reload;
}

/** The API knows only a hash of the device's name. */
function nameOf({ device_id, time }: UserDeviceList, thisDevice: string): string {
	const which = device_id === thisDevice ? "this device" : device_id;
	return `${which}, since ${new Date(time).toLocaleString()}`;
}
