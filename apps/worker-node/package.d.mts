/** Writes the package and answers its folder. Needs the build of `libs/plugin-host`. */
export declare const packageWorker: (outDirectory?: string) => Promise<string>;
