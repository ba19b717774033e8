import { accountRoutes } from "@sentc-ts/transport/contract";
import type { Services } from "../domain/services.js";
import { deleteOwnUser } from "../domain/user/deletion.js";
import { updateIdentifier } from "../domain/user/identifier.js";
import { changePassword, resetPassword } from "../domain/user/password.js";
import {
	disableSecondFactor,
	readRecoveryKeys,
	registerSecondFactor,
	resetSecondFactor,
} from "../domain/user/second-factor.js";
import type { Mount } from "../http/mount.js";
import { succeeds } from "./success.js";

export function mountAccountRoutes(mount: Mount, services: Services): void {
	const { database } = services;
	mount(accountRoutes.updateIdentifier, ({ identity, body }) =>
		succeeds(updateIdentifier(services, identity, body.user_identifier)),
	);
	mount(accountRoutes.deleteUser, ({ identity }) => succeeds(deleteOwnUser(services, identity)));
	mount(accountRoutes.changePassword, ({ identity, body }) => succeeds(changePassword(services, identity, body)));
	mount(accountRoutes.resetPassword, ({ identity, body }) => succeeds(resetPassword(services, identity, body)));

	mount(accountRoutes.registerOtp, ({ identity }) => registerSecondFactor(services, identity));
	mount(accountRoutes.resetOtp, ({ identity }) => resetSecondFactor(services, identity.userId));
	mount(accountRoutes.disableOtp, ({ identity }) =>
		succeeds(database.transaction((db) => disableSecondFactor(db, identity.userId))),
	);
	mount(accountRoutes.recoveryKeys, ({ identity }) => readRecoveryKeys(services, identity.userId));
}
