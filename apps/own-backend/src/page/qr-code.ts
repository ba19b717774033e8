import encodeQR from "qr";

const SVG = "http://www.w3.org/2000/svg";

/** A QR code to show. @param label what it is, for those who don't see it */
export function qrCode(text: string, label: string): SVGSVGElement {
	const { size, squares } = qrSquares(text);
	const path = document.createElementNS(SVG, "path");
	path.setAttribute("d", squares.map(([x, y]) => `M${x} ${y}h1v1h-1z`).join(""));
	const svg = document.createElementNS(SVG, "svg");
	svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
	svg.setAttribute("shape-rendering", "crispEdges");
	svg.setAttribute("class", "qr");
	svg.setAttribute("role", "img");
	svg.setAttribute("aria-label", label);
	svg.append(path);
	return svg;
}

/** The dark squares, and how many fit in a row, with the quiet zone of four that scanners need (ISO/IEC 18004 §9.1). */
export function qrSquares(text: string): { size: number; squares: [x: number, y: number][] } {
	const rows = encodeQR(text, "raw", { ecc: "low", border: 4 });
	const squares = rows.flatMap((row, y) => row.flatMap((dark, x): [number, number][] => (dark ? [[x, y]] : [])));
	return { size: rows.length, squares };
}
