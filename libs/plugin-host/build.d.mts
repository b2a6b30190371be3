/** Answers the folder that holds the built files. Safe to run several times at once. */
export declare const buildSandbox: (outDirectory?: string) => Promise<string>;
