export { type OwnBackendOptions, startOwnBackend } from "./backend/backend.js";
export type { Served } from "./backend/serve.js";
export { type JourneyOptions, walkJourney } from "./journey.js";
