import type { ReactNode } from "react";

/** Outlines on a grid of 24, drawn with the color of the text. */
const PATHS = {
	back: "M15 5l-7 7 7 7",
	plus: "M12 5v14M5 12h14",
	members:
		"M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.3M18 14.3a6.5 6.5 0 0 1 3.5 5.7",
	lock: "M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13z",
	shield: "M12 3l7.5 3v5.5c0 4.7-3.2 8-7.5 9.5-4.3-1.5-7.5-4.8-7.5-9.5V6zM8.8 12l2.3 2.3 4.2-4.5",
	device: "M7.5 3h9v18h-9zM11 18h2",
	link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.700l1-1",
	trash: "M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13",
	file: "M19.500 11.500l-7.300 7.300a4.700 4.700 0 0 1-6.700-6.700l7.800-7.800a3.100 3.100 0 0 1 4.400 4.400l-7.700 7.700a1.500 1.500 0 0 1-2.200-2.200l6.900-6.900",
	search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.500 15.500L20 20",
	scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
} as const;

/** Decoration: what it means stands beside it, or is the label of its button. */
export function Icon({ name, size = 20 }: { name: keyof typeof PATHS; size?: number }): ReactNode {
	return (
		<svg
			className="icon"
			width={size}
			height={size}
			viewBox="0 0 24 24"
			fill="none"
			stroke="currentColor"
			strokeWidth={1.8}
			strokeLinecap="round"
			strokeLinejoin="round"
			aria-hidden="true"
		>
			<path d={PATHS[name]} />
		</svg>
	);
}
