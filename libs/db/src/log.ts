/** Gets one line per event: ids and codes, never a value. */
export type Log = (message: string) => void;
