import encodeQR from "qr";
import { type ReactNode, useMemo } from "react";

/** A QR code to show. @param label what it is, for those who don't see it */
export function QrCode({ text, label }: { text: string; label: string }): ReactNode {
	const { path, size } = useMemo(() => squares(text), [text]);
	return (
		<svg className="qr" viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" role="img" aria-label={label}>
			<path d={path} />
		</svg>
	);
}

/** The dark squares, with the quiet zone of four that scanners need (ISO/IEC 18004 §9.1). */
function squares(text: string): { path: string; size: number } {
	const rows = encodeQR(text, "raw", { ecc: "low", border: 4 });
	const path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
	return { path, size: rows.length };
}
