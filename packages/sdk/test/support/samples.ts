export const SECRET: Uint8Array = Uint8Array.of(0, 1, 2, 253, 254, 255);
export const TEXT = "Grüße, 世界 🗝️";
