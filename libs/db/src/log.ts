/** Takes one line about what happened: ids and codes, never a value. */
export type Log = (message: string) => void;
