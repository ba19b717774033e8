import { otpRoutes } from "@sentc-ts/transport/contract";
import type { Services } from "../domain/services.js";
import {
	disableSecondFactor,
	readRecoveryKeys,
	registerSecondFactor,
	resetSecondFactor,
} from "../domain/user/second-factor.js";
import type { Mount } from "../http/mount.js";

export function mountOtpRoutes(mount: Mount, services: Services): void {
	mount(otpRoutes.registerOtp, ({ identity }) => registerSecondFactor(services, identity));
	mount(otpRoutes.resetOtp, ({ identity }) => resetSecondFactor(services, identity.userId));
	mount(otpRoutes.disableOtp, ({ identity }) => disableSecondFactor(services, identity.userId));
	mount(otpRoutes.recoveryKeys, ({ identity }) => readRecoveryKeys(services, identity.userId));
}
