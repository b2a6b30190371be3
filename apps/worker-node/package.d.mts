/** Writes the package and returns its folder. Needs the build of `libs/plugin-host`. */
export declare const packageWorker: (outDirectory?: string) => Promise<string>;
