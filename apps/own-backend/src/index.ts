export { type OwnBackendOptions, startOwnBackend } from "./backend/backend.js";
export { type JourneyOptions, walkJourney } from "./journey.js";
