/** Of all users of the test world. */
export const PASSWORD = "correct horse battery staple";
