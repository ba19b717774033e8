/** Result of routes that have nothing to return (spec http-api §1.2). */
export const SUCCESS = "Success";
