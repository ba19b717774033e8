import { contentKeyRoutes } from "@sentc-ts/transport/contract";
import {
	readContentKey,
	readContentKeys,
	registerContentKey,
	removeContentKey,
} from "../domain/content-key/content-keys.js";
import type { Services } from "../domain/services.js";
import type { Mount } from "../http/mount.js";

export function mountContentKeyRoutes(mount: Mount, services: Services): void {
	mount(contentKeyRoutes.registerContentKey, ({ app, identity, body }) =>
		registerContentKey(services, app.id, identity, body),
	);
	mount(contentKeyRoutes.deleteContentKey, ({ app, identity, params }) =>
		removeContentKey(services, app.id, identity, params.key_id),
	);
	mount(contentKeyRoutes.contentKey, ({ app, params }) => readContentKey(services, app.id, params.key_id));
	mount(contentKeyRoutes.listContentKeys, ({ app, params, cursor }) =>
		readContentKeys(services, app.id, params.master_key_id, cursor),
	);
}
