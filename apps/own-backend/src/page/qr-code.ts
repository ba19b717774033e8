import encodeQR from "qr";

const SVG = "http://www.w3.org/2000/svg";

/** A QR code with the quiet zone of four modules that scanners need (ISO/IEC 18004 §9.1). */
export function qrCode(text: string, label: string): SVGSVGElement {
	const rows = encodeQR(text, "raw", { ecc: "low", border: 4 });
	const path = document.createElementNS(SVG, "path");
	path.setAttribute("d", rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join(""));
	const svg = document.createElementNS(SVG, "svg");
	svg.setAttribute("viewBox", `0 0 ${rows.length} ${rows.length}`);
	svg.setAttribute("shape-rendering", "crispEdges");
	svg.setAttribute("class", "qr");
	svg.setAttribute("role", "img");
	svg.setAttribute("aria-label", label);
	svg.append(path);
	return svg;
}
