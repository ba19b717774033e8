import { CloseButton, NativeSelect, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import type { Order } from "../client/backend.js";
import { MAX_TITLE } from "../client/content.js";
import { useOnline } from "../parts/context.js";
import { Icon } from "../parts/icons.js";

const ORDERS: { value: Order; label: string }[] = [
	{ value: "newest", label: "Newest first" },
	{ value: "title", label: "Title" },
];

interface NoteFinderProps {
	/** What was typed. */
	typed: string;
	onType: (text: string) => void;
	order: Order;
	onOrder: (order: Order) => void;
}

/** Which notes are shown, in which order. */
export function NoteFinder({ onOrder, onType, order, typed }: NoteFinderProps): ReactNode {
	const isOnline = useOnline();
	return (
		<search className="finder">
			<TextInput
				className="grow"
				type="search"
				label="Search"
				placeholder="How the title of a note starts"
				description={isOnline ? undefined : "Search needs the connection."}
				value={typed}
				onChange={(event) => onType(event.currentTarget.value)}
				onKeyDown={(event) => event.key === "Escape" && onType("")}
				maxLength={MAX_TITLE}
				leftSection={<Icon name="search" size={18} />}
				rightSection={typed !== "" && <CloseButton aria-label="Clear the search" onClick={() => onType("")} />}
				inputWrapperOrder={["label", "input", "description", "error"]}
			/>
			<NativeSelect
				label="Sort by"
				value={order}
				onChange={(event) => onOrder(event.currentTarget.value as Order)}
				data={ORDERS}
			/>
		</search>
	);
}
