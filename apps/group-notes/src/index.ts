export { type GroupNotesOptions, type Running, startGroupNotes } from "./backend/backend.js";
