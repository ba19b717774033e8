/**
 * HMAC-SHA256 (RFC 2104, FIPS 180-4) of many short messages by one key: what follows from the key alone is computed once, and
 * no call leaves JavaScript, which costs more than hashing a block. No branch and no index depends on the bytes.
 */

const blockLength = 64;
const digestLength = 32;

const primes: number[] = [];
for (let candidate = 2; primes.length < 64; candidate++) {
	if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
}

/** The first 32 bits of the fraction. */
const fraction = (value: number): number => Math.floor((value % 1) * 2 ** 32) | 0;

/** FIPS 180-4 §4.2.2. */
const constants: Int32Array = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
/** FIPS 180-4 §5.3.3. */
const initial: Int32Array = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

/** FIPS 180-4 §6.2.2: changes the state by the block in the first 16 words of the schedule. */
function compress(state: Int32Array, w: Int32Array): void {
	for (let t = 16; t < 64; t++) {
		const x = w[t - 15] as number;
		const y = w[t - 2] as number;
		const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
		const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
		w[t] = (s1 + (w[t - 7] as number) + s0 + (w[t - 16] as number)) | 0;
	}
	let a = state[0] as number;
	let b = state[1] as number;
	let c = state[2] as number;
	let d = state[3] as number;
	let e = state[4] as number;
	let f = state[5] as number;
	let g = state[6] as number;
	let h = state[7] as number;
	for (let t = 0; t < 64; t++) {
		const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
		const t1 = (h + s1 + (g ^ (e & (f ^ g))) + (constants[t] as number) + (w[t] as number)) | 0;
		const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
		const t2 = (s0 + ((a & b) | (c & (a | b)))) | 0;
		h = g;
		g = f;
		f = e;
		e = (d + t1) | 0;
		d = c;
		c = b;
		b = a;
		a = (t1 + t2) | 0;
	}
	state[0] = (state[0] as number) + a;
	state[1] = (state[1] as number) + b;
	state[2] = (state[2] as number) + c;
	state[3] = (state[3] as number) + d;
	state[4] = (state[4] as number) + e;
	state[5] = (state[5] as number) + f;
	state[6] = (state[6] as number) + g;
	state[7] = (state[7] as number) + h;
}

/** Everything after the first block, which the state holds: the message, its padding and both lengths. */
function finish(state: Int32Array, w: Int32Array, message: Uint8Array): void {
	const { length } = message;
	for (let at = 0; at <= length + 8; at += blockLength) {
		w.fill(0, 0, 16);
		const end = length - at;
		const until = Math.min(length, at + blockLength);
		for (let i = at; i < until; i++) {
			const word = (i - at) >> 2;
			w[word] = (w[word] as number) | ((message[i] as number) << (24 - 8 * (i & 3)));
		}
		if (end >= 0 && end < blockLength) w[end >> 2] = (w[end >> 2] as number) | (0x80 << (24 - 8 * (end & 3)));
		if (end + 8 < blockLength) {
			w[14] = Math.floor((blockLength + length) / 2 ** 29);
			w[15] = (blockLength + length) << 3;
		}
		compress(state, w);
	}
}

/** @param key at most 64 bytes @returns the function of the message; it holds what follows from the key */
export function keyedHmacSha256(key: Uint8Array): (message: Uint8Array) => Uint8Array {
	const w = new Int32Array(64);
	const [inner, outer] = [0x36, 0x5c].map((pad) => {
		const state = initial.slice();
		w.fill(pad * 0x01010101, 0, 16);
		for (let i = 0; i < key.length; i++) w[i >> 2] = (w[i >> 2] as number) ^ ((key[i] as number) << (24 - 8 * (i & 3)));
		compress(state, w);
		return state;
	}) as [Int32Array, Int32Array];
	const state = new Int32Array(8);
	return (message) => {
		state.set(inner);
		finish(state, w, message);
		w.fill(0, 0, 16);
		w.set(state);
		w[8] = 0x80000000;
		w[15] = (blockLength + digestLength) << 3;
		state.set(outer);
		compress(state, w);
		const digest = new Uint8Array(digestLength);
		for (let i = 0; i < digestLength; i++) digest[i] = (state[i >> 2] as number) >> (24 - 8 * (i & 3));
		return digest;
	};
}
