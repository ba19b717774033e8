import { fileRoutes } from "@sentc-ts/transport/contract";
import { changeFileName, deleteFile, readFile, readParts, registerFile } from "../domain/file/files.js";
import { dropPart, readPart, registerPart, uploadPart } from "../domain/file/parts.js";
import type { Services } from "../domain/services.js";
import type { Mount } from "../http/mount.js";

export function mountFileRoutes(mount: Mount, services: Services): void {
	mount(fileRoutes.registerFile, ({ app, identity, body }) => registerFile(services, app, identity, body));
	mount(fileRoutes.registerGroupFile, ({ app, identity, body, access }) =>
		registerFile(services, app, identity, body, access),
	);
	mount(fileRoutes.uploadFilePart, ({ app, identity, params, body }) =>
		uploadPart(services, app, identity.userId, params, body),
	);
	mount(fileRoutes.registerFilePart, ({ app, params }) => registerPart(services, app, params));
	mount(fileRoutes.deleteFilePart, ({ app, params }) => dropPart(services, app, params.part_id));
	mount(fileRoutes.file, ({ app, knownIdentity, params }) =>
		readFile(services, app.id, params.file_id, knownIdentity?.userId),
	);
	mount(fileRoutes.groupFile, ({ app, identity, params, access }) =>
		readFile(services, app.id, params.file_id, identity.userId, access.group.id),
	);
	mount(fileRoutes.listFileParts, (request) =>
		readParts(services, request, request.params.file_id, request.params.last_sequence),
	);
	mount(fileRoutes.downloadFilePart, (request) => readPart(services, request, request.params.part_id));
	mount(fileRoutes.renameFile, ({ app, identity, params, body }) =>
		changeFileName(services, app, identity, params.file_id, body),
	);
	mount(fileRoutes.deleteFile, ({ identity, params }) => deleteFile(services, identity, params.file_id));
	mount(fileRoutes.deleteGroupFile, ({ identity, params, access }) =>
		deleteFile(services, identity, params.file_id, access),
	);
}
