import { deviceRoutes } from "@sentc-ts/transport/contract";
import { deviceHolder } from "../domain/key/holder.js";
import { uploadKeys } from "../domain/key/upload.js";
import type { Services } from "../domain/services.js";
import { doneRegisterDevice, readDevices, removeDevice } from "../domain/user/devices.js";
import { prepareRegisterDevice } from "../domain/user/waiting-devices.js";
import type { Mount } from "../http/mount.js";

export function mountDeviceRoutes(mount: Mount, services: Services): void {
	mount(deviceRoutes.prepareRegisterDevice, ({ app, body, origin }) =>
		prepareRegisterDevice(services, app.id, body, origin),
	);
	mount(deviceRoutes.doneRegisterDevice, ({ identity, body }) => doneRegisterDevice(services, identity, body));
	mount(deviceRoutes.uploadDeviceKeys, ({ identity, params, body }) =>
		uploadKeys(services, deviceHolder(identity), params.session_id, body),
	);
	mount(deviceRoutes.listDevices, ({ identity, cursor }) => readDevices(services, identity, cursor));
	mount(deviceRoutes.deleteDevice, ({ identity, params }) => removeDevice(services, identity, params.device_id));
}
