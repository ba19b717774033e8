import { hash } from "../../bytes.js";
import type { DeviceRow } from "../../database/repositories/devices.js";
import type { Services } from "../services.js";

// What would let somebody with a copy of the database guess passwords, or find out whose device it is, is sealed.

type Sealed = Extract<keyof DeviceRow, `sealed${string}`>;

/** What a device has when a value is sealed for it, or opened. */
type Sealer = Pick<Services, "database">;

const cellOf = (deviceId: string, column: Sealed) => ({ table: "devices", row: deviceId, column });

/** @throws SealBroken when it was changed in the database */
export function openColumn<Column extends Sealed>(
	{ database }: Sealer,
	device: Pick<DeviceRow, "id" | Column>,
	column: Column,
): string {
	return database.vault.open(cellOf(device.id, column), device[column]);
}

/** Columns of a device, from their values in clear. */
export function sealColumns<Column extends Sealed>(
	{ database }: Sealer,
	deviceId: string,
	values: Readonly<Record<Column, string>>,
): Record<Column, string> {
	const columns = Object.entries<string>(values).map(([column, value]) => [
		column,
		database.vault.seal(cellOf(deviceId, column as Column), value),
	]);
	return Object.fromEntries(columns);
}

/** By what the device of an identifier is found. */
export function indexOf({ database }: Sealer, appId: string, identifier: string): string {
	return database.vault.index(appId, hash(identifier));
}

export function identifierColumns(
	sealer: Sealer,
	{ appId, deviceId }: { appId: string; deviceId: string },
	identifier: string,
): Pick<DeviceRow, "identifierIndex" | "sealedIdentifierHash"> {
	return {
		identifierIndex: indexOf(sealer, appId, identifier),
		...sealColumns(sealer, deviceId, { sealedIdentifierHash: hash(identifier) }),
	};
}
