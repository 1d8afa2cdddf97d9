/** A reason not to start that is the user's to mend: its message is all that is shown, without a stack. */
export class StartError extends Error {}
