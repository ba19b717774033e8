import type { UserDeviceList } from "@sentc-ts/sdk";
import { byId, control } from "../dom.js";
import { onSubmit, say } from "../forms.js";
import { secondFactor } from "../second-factor.js";
import type { Session } from "../session.js";
import { inWords } from "../words.js";

/** @returns loads the list again */
export function setUpDevices(session: Session): () => void {
	const form = byId("devices", HTMLFormElement);
	const select = control(form, "device", HTMLSelectElement);

	const load = async (): Promise<void> => {
		select.ariaBusy = "true";
		try {
			const { device_id } = session.user.user_data;
			const devices = await allDevices(session);
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
			return "This device is deleted, and you are logged out.";
		}
		await load();
		return "The device is deleted. Rotate your keys, so that it can't read what comes.";
	});
	session.onChange(() => {
		select.replaceChildren();
		if (session.loggedIn) reload();
	});
	return reload;
}

/** How many devices the API answers at once. */
const PAGE = 50;

async function allDevices({ user }: Session): Promise<UserDeviceList[]> {
	const devices: UserDeviceList[] = [];
	let page: UserDeviceList[];
	do {
		page = await user.getDevices(devices.at(-1));
		devices.push(...page);
	} while (page.length === PAGE);
	return devices;
}

/** The API knows only a hash of the device's name. */
function nameOf({ device_id, time }: UserDeviceList, thisDevice: string): string {
	const which = device_id === thisDevice ? "this device" : device_id;
	return `${which}, since ${new Date(time).toLocaleString()}`;
}
