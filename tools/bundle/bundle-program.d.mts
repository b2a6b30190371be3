export interface BundleOptions {
  /**
   * `imported` (the default): packages from npm stay imports, and the program runs where `node_modules` is.
   * `bundled`: the file needs nothing but Node.
   */
  readonly npmPackages?: 'imported' | 'bundled';
  /** packages that stay imports even so, such as native addons; `*` matches any text */
  readonly external?: readonly string[];
  /** beside the program, with the lines of this repository's sources only */
  readonly sourcemap?: boolean;
}

/**
 * Bundles a program to one ESM file for the oldest Node that we support. Replaces the file in one step, so that a process
 * reads either the old or the new one.
 * @param entry source file, relative to the repository's root or absolute
 * @param outfile relative or absolute too; its folder is created
 * @returns the absolute path of the file
 */
export function bundleProgram(entry: string, outfile: string, options?: BundleOptions): Promise<string>;

/**
 * The same for a program that people wait for. Node loads it as CommonJS, with the code that V8 compiled at the build. Another Node
 * compiles it again. It awaits nothing at its top, and `import.meta.dirname` is all it knows of its place.
 * @param outfile NAME.cjs, beside which NAME.program is written
 */
export function bundleQuickProgram(entry: string, outfile: string): Promise<string>;

/** The same as `bundleProgram`, returned as text. */
export function bundleText(entry: string, options?: BundleOptions): Promise<string>;

export interface WatchOptions extends BundleOptions {
  /** called when the file has been rewritten with different content */
  readonly onChange: () => void;
  /** called when a build failed; esbuild has printed why, and the file is unchanged */
  readonly onFailure: () => void;
}

/** Bundles a program, and again whenever a source changes, until it is stopped. Resolves when the first build has succeeded. */
export function watchProgram(entry: string, outfile: string, options: WatchOptions): Promise<{ stop(): Promise<void> }>;

/** The files that a bundle is made of, relative to the repository's root. */
export function bundledSources(entry: string, options?: BundleOptions): Promise<readonly string[]>;
