import { TextInput } from "@mantine/core";
import type { ReactNode } from "react";

/** The field `name` of a form. @param value that it has at first */
export function NotebookName({ value = "" }: { value?: string }): ReactNode {
	return (
		<TextInput
			name="name"
			label="Name"
			placeholder="Trip to Lisbon"
			defaultValue={value}
			maxLength={80}
			pattern=".*\S.*"
			required
			data-autofocus
		/>
	);
}
