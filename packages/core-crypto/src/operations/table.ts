import type { Op } from "../algorithms/types.js";
import type { Primitives } from "../primitives/types.js";
import { generateRegisterData, prepareRegister, prepareRegisterDevice } from "./account.js";
import {
	decrypt,
	decryptRaw,
	decryptString,
	encrypt,
	encryptRaw,
	encryptString,
	splitHead,
	splitHeadString,
} from "./content.js";
import { generateContentKey, openContentKey } from "./content-key.js";
import { exportPublicKey, openDevice } from "./device.js";
import { openGroupKey, openGroupKeys, prepareKeysForNewMember } from "./group.js";
import { checkKeyPairs } from "./key-pair.js";
import { prepareGroup } from "./new-group.js";
import type { Operations } from "./operations.js";
import { deriveLoginKeys, preparePasswordChange, preparePasswordReset } from "./password.js";
import { finishKeyRotation, finishUserKeyRotation, prepareKeyRotation, prepareUserKeyRotation } from "./rotation.js";
import { createSafetyNumber, verifyUserPublicKey } from "./safety-number.js";
import { openHmacKey, openHmacKeys, openSortableKey, openSortableKeys } from "./search-keys.js";
import {
	checkPublicKey,
	createLoginChallenge,
	createSalt,
	encryptEphemeralKey,
	encryptEphemeralKeys,
	verifyAuthKey,
} from "./server.js";
import { openUser, openUserKey, openUserKeys } from "./user-keys.js";

/** Operations whose cost is the payload. */
type ContentName = "encryptRaw" | "encrypt" | "encryptString" | "decryptRaw" | "decrypt" | "decryptString";

type Input<Name extends keyof Operations> = Parameters<Operations[Name]>[0];
type Output<Name extends keyof Operations> = ReturnType<Operations[Name]>;

/** Functions of primitives and input. */
export const plainOperations: {
	readonly [Name in Exclude<keyof Operations, ContentName>]: (p: Primitives, input: Input<Name>) => Output<Name>;
} = {
	generateRegisterData,
	prepareRegister,
	prepareRegisterDevice,
	deriveLoginKeys,
	preparePasswordChange,
	preparePasswordReset,
	openDevice,
	openUser,
	checkKeyPairs,
	openUserKey,
	openUserKeys,
	prepareKeyRotation,
	finishKeyRotation,
	prepareUserKeyRotation,
	finishUserKeyRotation,
	prepareGroup,
	openGroupKey,
	openGroupKeys,
	openHmacKeys,
	openSortableKeys,
	openHmacKey,
	openSortableKey,
	prepareKeysForNewMember,
	exportPublicKey,
	verifyUserPublicKey,
	createSafetyNumber,
	generateContentKey,
	openContentKey,
	splitHead,
	splitHeadString,
	createSalt,
	createLoginChallenge,
	encryptEphemeralKey,
	encryptEphemeralKeys,
	verifyAuthKey,
	checkPublicKey,
};

/** The same as generators, so that the payload may go through WebCrypto. */
export const contentOperations: {
	readonly [Name in ContentName]: (p: Primitives, input: Input<Name>) => Op<Output<Name>>;
} = { encryptRaw, encrypt, encryptString, decryptRaw, decrypt, decryptString };
