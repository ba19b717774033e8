import { createTheme } from "@mantine/core";

/** What Mantine computes in scripts; colors and fonts are in `style.css`. */
export const theme = createTheme({
	primaryColor: "teal",
	defaultRadius: "md",
	cursorType: "pointer",
	respectReducedMotion: true,
});
