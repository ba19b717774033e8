import { createRecentBytes } from "../encoding/recent.js";
import { CryptoError } from "../errors.js";
import { drawWhite } from "./hypergeometric.js";
import { type Aes128Blocks, createKeystream, type Keystream, RandomStream } from "./random-stream.js";

/** What the algorithm is made of. */
export interface Ope16Dependencies {
	sha256(data: Uint8Array): Uint8Array;
	keyedHmacSha256(key: Uint8Array): (data: Uint8Array) => Uint8Array;
	aes128Blocks: Aes128Blocks;
}

/** Order-preserving encryption of 16-bit numbers (A. Boldyreva et al., Eurocrypt 2009; protocol/crypto §10.4). */
export interface Ope16 {
	/**
	 * @param key 16 bytes
	 * @param plaintext an integer from 0 to 65534
	 * @returns an integer from 0 to 2^32 − 2, which grows with the plaintext
	 */
	encrypt(key: Uint8Array, plaintext: number): number;
	/** Forgets the keys that are kept, and what was computed from them. */
	clear(): void;
}

const largestPlaintext = 65_534;
const largestCiphertext = 2 ** 32 - 2;

/** Keys that are kept. */
const keptKeys = 4;
/** Of a key, all places down to this depth that were come to: at most 1023. */
const keptDepth = 10;
/** Deeper ones: the last that were come to, where neighbours of the last numbers are. Both take some 300 kB. */
const keptBelow = 1024;

/** A place in the descent: it depends on the key and on the way there, and not on what is encrypted. */
interface Place {
	/** Plaintexts from `dl` to `dh` get ciphertexts from `rl` to `rh`. */
	readonly dl: number;
	readonly dh: number;
	readonly rl: number;
	readonly rh: number;
	/** Blocks of the random stream that the way used. */
	readonly blocks: number;
	readonly depth: number;
	/** Both places that follow, once they are known. */
	next?: readonly [lower: Place, upper: Place];
}

export function createOpe16(dependencies: Ope16Dependencies): Ope16 {
	const descents = createRecentBytes(keptKeys, (key) => new Descent(dependencies, key), { startsPublic: false });
	return {
		encrypt: (key, plaintext) => descents.get(key).encrypt(plaintext),
		clear: descents.clear,
	};
}

/** Of short texts; an encoder takes longer. */
function ascii(text: string): Uint8Array {
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
	return bytes;
}

/** The descent by one key (protocol/crypto §10.4.3). */
class Descent {
	readonly #dependencies: Ope16Dependencies;
	readonly #hmac: (data: Uint8Array) => Uint8Array;
	readonly #keystream: Keystream;
	readonly #top: Place = { dl: 0, dh: largestPlaintext, rl: 0, rh: largestCiphertext, blocks: 0, depth: 0 };
	readonly #below: Set<Place> = new Set();

	constructor(dependencies: Ope16Dependencies, key: Uint8Array) {
		this.#dependencies = dependencies;
		this.#hmac = dependencies.keyedHmacSha256(key);
		this.#keystream = createKeystream(dependencies.aes128Blocks, key);
	}

	encrypt(plaintext: number): number {
		let place = this.#top;
		while (place.dl < place.dh) {
			const [lower, upper] = place.next ?? this.#keep(place, this.#split(place));
			place = plaintext <= lower.dh ? lower : upper;
		}
		const seed = this.#dependencies.sha256(ascii(String(plaintext)));
		const stream = new RandomStream(this.#keystream, seed, 0);
		return place.rl + stream.below(place.rh - place.rl + 1);
	}

	/** Halves the ciphertexts, and draws how many plaintexts come into the lower half. */
	#split({ dl, dh, rl, rh, blocks, depth }: Place): readonly [lower: Place, upper: Place] {
		const plaintexts = dh - dl + 1;
		const ciphertexts = rh - rl + 1;
		if (ciphertexts < plaintexts) throw new CryptoError("SORTABLE_RANGE");
		const seed = this.#hmac(ascii(`${dl}/${dh}/${rl}/${rh}`));
		const stream = new RandomStream(this.#keystream, seed, blocks);
		const half = Math.floor(ciphertexts / 2);
		const below = drawWhite(half, plaintexts, ciphertexts - plaintexts, stream);
		const way = { blocks: stream.index, depth: depth + 1 };
		return [
			{ dl, dh: dl + below - 1, rl, rh: rl + half - 1, ...way },
			{ dl: dl + below, dh, rl: rl + half, rh, ...way },
		];
	}

	#keep(place: Place, next: readonly [lower: Place, upper: Place]): readonly [lower: Place, upper: Place] {
		place.next = next;
		if (place.depth < keptDepth) return next;
		this.#below.add(place);
		const [oldest] = this.#below;
		if (oldest && this.#below.size > keptBelow) {
			this.#below.delete(oldest);
			delete oldest.next;
		}
		return next;
	}
}
