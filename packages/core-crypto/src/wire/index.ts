/** JSON that carries keys or ciphertext: types and schemas, and the encodings within; no algorithms. */
export { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from "../encoding/base64.js";
export { equalBytes } from "../encoding/bytes.js";

export { checkShape, type Optional, timeSchema } from "../encoding/json.js";
export {
	CryptoError,
	type CryptoErrorCode,
	InvalidInput,
	isSentcError,
	SentcError,
	type SentcErrorInit,
} from "../errors.js";
export {
	type DeviceKeys,
	type DeviceRegisterData,
	type DoneLogin,
	deviceKeysSchema,
	deviceRegisterDataSchema,
	doneLoginSchema,
	type KeyDerivedData,
	keyDerivedDataSchema,
	type LoginChallengeResult,
	loginChallengeResultSchema,
	type MasterKey,
	masterKeySchema,
	type PrepareLoginResult,
	prepareLoginResultSchema,
	type RegisterData,
	registerDataSchema,
} from "./account.js";
export {
	algorithmText,
	answeredList,
	identifierText,
	idText,
	jwtText,
	messageText,
	privateKeyText,
	publicKeyText,
	rankNumber,
	sentKeys,
	signatureText,
	tokenText,
	wrappedKeyText,
} from "./bounds.js";
export {
	type ContentKeyRegisterData,
	contentKeyRegisterDataSchema,
	type EncryptedContentKey,
	type EncryptedHead,
	type EncryptedHeadSignature,
	encryptedContentKeySchema,
	encryptedHeadSchema,
} from "./content.js";
export {
	type FileBelongsTo,
	type FileData,
	type FileNameData,
	type FilePartHead,
	type FilePartItem,
	type FileRegisterData,
	fileDataSchema,
	fileNameDataSchema,
	filePartHeadSchema,
	filePartListSchema,
	fileRegisterDataSchema,
} from "./file.js";
export {
	type GenerationSignatures,
	type GroupCreateData,
	type GroupKeyServerOutput,
	groupCreateDataSchema,
	groupKeyServerOutputSchema,
	type HmacKey,
	hmacKeySchema,
	type NewMemberKey,
	type NewMemberKeys,
	newMemberKeySchema,
	newMemberKeysSchema,
	type SortableKey,
	sortableKeySchema,
} from "./group.js";
export {
	type ChangePasswordData,
	changePasswordDataSchema,
	type EndSessions,
	type ResetPasswordData,
	resetPasswordDataSchema,
} from "./password.js";
export {
	type ExportedPublicKey,
	type ExportedVerifyKey,
	exportedPublicKeySchema,
	exportedVerifyKeySchema,
	type PublicKeyOut,
	publicKeyOutSchema,
	type VerifyKeyOut,
	verifyKeyOutSchema,
} from "./public-key.js";
export {
	type DoneKeyRotationData,
	doneKeyRotationDataSchema,
	type KeyRotationData,
	type KeyRotationItem,
	keyRotationDataSchema,
	keyRotationItemSchema,
} from "./rotation.js";
