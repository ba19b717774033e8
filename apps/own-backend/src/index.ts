export { createOwnBackend } from "./backend.js";
export { type JourneyOptions, walkJourney } from "./journey.js";
export { type Served, serve } from "./serve.js";
