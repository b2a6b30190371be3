/** Answers where the package's folder and its tarball are. */
export declare const buildPackage: (outDirectory?: string) => { readonly directory: string; readonly tarball: string };
