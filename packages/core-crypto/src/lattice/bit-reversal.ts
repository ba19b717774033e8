/**
 * The powers of a root of unity in the order in which a number-theoretic transform uses them: entry k is
 * root^reverse(k) mod q, with the bits of k reversed (Kyber v3.02 §1.1, Dilithium v3.1 §2.2). All products stay below 2^53.
 */
export function bitReversedPowers(root: number, q: number, bits: number): number[] {
	const count = 1 << bits;
	const powers = Array.from({ length: count }, () => 0);
	for (let exponent = 0, power = 1; exponent < count; exponent++, power = (power * root) % q) {
		let reversed = 0;
		for (let bit = 0; bit < bits; bit++) reversed |= ((exponent >> bit) & 1) << (bits - 1 - bit);
		powers[reversed] = power;
	}
	return powers;
}
