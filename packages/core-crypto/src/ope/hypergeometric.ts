import { bitLength, type RandomStream } from "./random-stream.js";

// V. Kachitvichyanukul, B. Schmeiser: Computer generation of hypergeometric random variates (1985). Every expression is
// evaluated in the order of protocol/crypto §10.4: another order rounds otherwise, and another value comes out.

/** A drawing of `draws` from `small` and `large` balls of two colours; at most half of all. */
interface Drawing {
	small: number;
	large: number;
	total: number;
	draws: number;
	/** Bounds of the variate. */
	lowest: number;
	highest: number;
	/** Its mode, not truncated. */
	mode: number;
	/** A number from 0 to 1, without 1. */
	uniform(): number;
}

/** How many white ones are among those drawn (protocol/crypto §10.4.4). */
export function drawWhite(draw: number, white: number, black: number, stream: RandomStream): number {
	const scale = 2 ** (bitLength(white + black + draw) + 10);
	const small = Math.min(white, black);
	const large = Math.max(white, black);
	const total = small + large;
	const isMostDrawn = 2 * draw >= total;
	const draws = isMostDrawn ? total - draw : draw;
	const drawing: Drawing = {
		small,
		large,
		total,
		draws,
		lowest: Math.max(0, draws - large),
		highest: Math.min(small, draws),
		mode: ((draws + 1) * (small + 1)) / (total + 2),
		uniform: () => stream.below(scale) / scale,
	};
	const value = variate(drawing);
	const drawn =
		white > black ? (isMostDrawn ? draw - black + value : draw - value) : isMostDrawn ? white - value : value;
	return Math.max(0, Math.trunc(drawn));
}

function variate(drawing: Drawing): number {
	const { lowest, highest, mode } = drawing;
	if (lowest === highest) return highest;
	return mode - lowest < 10 ? invert(drawing) : reject(drawing);
}

// biome-ignore lint/suspicious/noApproximativeNumericConstant: the digits that the protocol has.
const logFactorials = [0, 0, 0.6931471806, 1.791759469, 3.17805383, 4.787491743, 6.579251212, 8.525161361];

/** ln(i!), by a table of the rounded number or Stirling's series of the number itself (protocol/crypto §10.4.5). */
function logFactorial(i: number): number {
	const known = logFactorials[Math.max(0, Math.round(i))];
	if (known !== undefined) return known;
	return (i + 0.5) * Math.log(i) - i + 0.08333333333333 / i - 0.00277777777777 / i / i / i + 0.9189385332;
}

/** Inverse transformation, for few values (protocol/crypto §10.4.6). */
function invert({ small, large, draws, lowest, highest, uniform }: Drawing): number {
	const F = logFactorial;
	const w =
		draws < large
			? Math.exp(57.56462733 + F(large) + F(small + large - draws) - F(large - draws) - F(small + large))
			: Math.exp(57.56462733 + F(small) + F(draws) - F(draws - large) - F(small + large));
	for (;;) {
		let p = w;
		let x = lowest;
		let u = uniform() * 1e25;
		while (u > p && x <= highest) {
			u -= p;
			p = p * (small - x) * (draws - x);
			x += 1;
			p = p / x / (large - draws + x);
		}
		if (x <= highest) return x;
	}
}

/** H2PE: acceptance and rejection under a table with exponential tails (protocol/crypto §10.4.7 and §10.4.8). */
function reject(drawing: Drawing): number {
	const { small, large, total, draws, lowest, highest, mode, uniform } = drawing;
	const F = logFactorial;
	const s = Math.sqrt(((total - draws) * draws * small * large) / (total - 1) / total / total);
	const d = Math.trunc(1.5 * s) + 0.5;
	const left = Math.trunc(mode - d + 0.5);
	const right = Math.trunc(mode + d + 0.5);
	const rest = large - draws;
	const a = F(mode) + F(small - mode) + F(draws - mode) + F(rest + mode);
	const kLeft = Math.exp(a - F(left) - F(small - left) - F(draws - left) - F(rest + left));
	const kRight = Math.exp(a - F(right - 1) - F(small - right + 1) - F(draws - right + 1) - F(rest + right - 1));
	const lambdaLeft = -Math.log((left * (rest + left)) / (small - left + 1) / (draws - left + 1));
	const lambdaRight = -Math.log(((small - right + 1) * (draws - right + 1)) / right / (rest + right));
	const p1 = d + d;
	const p2 = p1 + kLeft / lambdaLeft;
	const p3 = p2 + kRight / lambdaRight;
	const relative = (x: number): number => a - F(x) - F(small - x) - F(draws - x) - F(rest + x);
	for (;;) {
		const u = uniform() * p3;
		let v = uniform();
		let x: number;
		if (u < p1) {
			x = left + u;
		} else if (u <= p2) {
			x = left + Math.log(v) / lambdaLeft;
			if (x < lowest) continue;
			v = v * (u - p1) * lambdaLeft;
		} else {
			x = right - Math.log(v) / lambdaRight;
			if (x > highest) continue;
			v = v * (u - p2) * lambdaRight;
		}
		if (mode < 100 || x <= 50 ? v <= ratio(drawing, x) : isBelow(drawing, relative, x, v)) return x;
	}
}

/** The probability of a value relative to that of the mode, step by step; the counters are no integers. */
function ratio({ small, large, draws, mode }: Drawing, x: number): number {
	let f = 1;
	if (mode < x) {
		for (let i = mode + 1; i < x; i++) f = (f * (small - i + 1) * (draws - i + 1)) / (large - draws + i) / i;
	} else if (mode > x) {
		for (let i = x + 1; i < mode; i++) f = (f * i * (large - draws + i)) / (small - i) / (draws - i);
	}
	return f;
}

const fourth = (value: number): number => value * value * (value * value);

/**
 * Is `v` below the probability of `x`, whose logarithm is `relative` but for a constant? Bounds that cost less decide most (protocol/crypto §10.4.9).
 */
function isBelow(
	{ small, large, draws, mode: m }: Drawing,
	relative: (x: number) => number,
	x: number,
	v: number,
): boolean {
	const y = x;
	const y1 = y + 1;
	const ym = y - m;
	const yn = small - y + 1;
	const yk = draws - y + 1;
	const nk = large - draws + y1;
	const r = -ym / y1;
	const s = ym / yn;
	const t = ym / yk;
	const e = -ym / nk;
	const g = (yn * yk) / (y1 * nk) - 1;
	const dg = g < 0 ? 1 + g : 1;
	const gu = g * (1 + g * (-0.5 + g / 3));
	const gl = gu - (0.25 * fourth(g)) / dg;
	const xm = m + 0.5;
	const xn = small - m + 0.5;
	const xk = draws - m + 0.5;
	const nm = large - draws + xm;
	const upper =
		y * gu -
		m * gl +
		0.0034 +
		xm * r * (1 + r * (-0.5 + r / 3)) +
		xn * s * (1 + s * (-0.5 + s / 3)) +
		xk * t * (1 + t * (-0.5 + t / 3)) +
		nm * e * (1 + e * (-0.5 + e / 3));
	const logV = Math.log(v);
	if (logV > upper) return false;
	const correction = (factor: number, value: number): number => {
		const d = factor * fourth(value);
		return value < 0 ? d / (1 + value) : d;
	};
	const corrections = correction(xm, r) + correction(xn, s) + correction(xk, t) + correction(nm, e);
	if (logV < upper - 0.25 * corrections + (y + m) * (gl - gu) - 0.0078) return true;
	return logV <= relative(x);
}
