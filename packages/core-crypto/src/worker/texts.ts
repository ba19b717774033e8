import { decodeBase64, encodeBase64 } from "../encoding/base64.js";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.js";
import { CryptoError } from "../errors.js";
import type { AsyncOperations } from "../operations/index.js";

type Bytes = Pick<AsyncOperations, "encrypt" | "decrypt">;
type Texts = Pick<AsyncOperations, "encryptString" | "decryptString">;

/** Bytes are moved to a worker and back where a text would be copied on each side. Nobody else has those of a text. */
const moved = { moveData: true };

/** Content of texts by that of bytes, with the same errors. @param plain gets what is no base64, as another error may come first */
export function textsAsBytes({ encrypt, decrypt }: Bytes, plain: Texts): Texts {
	return {
		async encryptString({ text, ...options }) {
			return encodeBase64(await encrypt({ ...options, ...moved, data: encodeUtf8(text, "text") }));
		},
		async decryptString(input) {
			const { text, ...options } = input;
			const packed = decodeBase64(text);
			if (packed === undefined) return plain.decryptString(input);
			const { data, signature } = await decrypt({ ...options, ...moved, data: packed });
			const plaintext = decodeUtf8(data);
			if (plaintext === undefined) throw new CryptoError("PLAINTEXT_NOT_UTF8");
			return { text: plaintext, signature };
		},
	};
}
