import { build, type BuildFailure, type Message } from 'esbuild';
import { packProblem } from './pack-problem.ts';

export interface PluginBundle {
  readonly contents: Uint8Array;
  /** JSON; its sources are relative to the folder of the project */
  readonly sourceMap: string;
  /** the names that the entry exports */
  readonly exports: readonly string[];
  readonly warnings: readonly string[];
}

const outputFile = 'plugin.mjs';

/**
 * What a CommonJS library expects and an ESM bundle lacks. Its `require` can only ask for what Node has built in, and its
 * folder is empty. esbuild renames what a source declares under the name `require`.
 */
const banner = [
  "import { createRequire as createRequireOfNode } from 'node:module';",
  "import { fileURLToPath as fileOfBundleUrl } from 'node:url';",
  'const require = createRequireOfNode(import.meta.url);',
  'const fileOfBundle = fileOfBundleUrl(import.meta.url);',
  "const folderOfBundle = fileOfBundle.slice(0, fileOfBundle.lastIndexOf('/'));",
].join('\n');

/** Only where a source does not declare them itself, as many ES modules do. */
const define = { __filename: 'fileOfBundle', __dirname: 'folderOfBundle' };

/** One ESM file that needs nothing but Node. The source map is beside it: the archive has no place for one. */
export const bundlePlugin = async (directory: string, source: string): Promise<PluginBundle> => {
  const { outputFiles, metafile, warnings } = await build({
    // paths in the bundle are relative to this, so that they do not depend on where the folder is
    absWorkingDir: directory,
    entryPoints: [source],
    outfile: outputFile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: banner },
    define,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
    write: false,
  }).catch((cause: unknown) => {
    throw packProblem(`${source} cannot be bundled: ${problemIn(cause, source)}`, { cause });
  });
  const bundle = outputFiles.find(({ path }) => path.endsWith(outputFile));
  const sourceMap = outputFiles.find(({ path }) => path.endsWith('.map'));
  const output = metafile.outputs[outputFile];
  if (!bundle || !sourceMap || !output) throw packProblem(`${source} bundles to nothing`);
  return {
    contents: bundle.contents,
    sourceMap: sourceMap.text,
    exports: output.exports,
    warnings: warnings.map(lineOf),
  };
};

const problemIn = (error: unknown, source: string): string => {
  const first = messagesOf(error)[0];
  if (!first) return error instanceof Error ? error.message : String(error);
  const fix = fixFor(first.text, source);
  return fix === null ? lineOf(first) : `${lineOf(first)}; ${fix}`;
};

const fixFor = (text: string, source: string): string | null => {
  if (text.startsWith(`Could not resolve "${source}"`))
    return 'create the file, or set "source" in package.json to the one you have';
  if (text.startsWith('Could not resolve ".')) return 'the file does not exist';
  if (text.startsWith('Could not resolve ')) return "run npm install in the provider's folder";
  if (text.startsWith('No loader is configured for ".node"'))
    return 'the sandbox loads no native addons; choose a pure JavaScript library';
  if (text.startsWith('No loader is configured for '))
    return 'only JavaScript, TypeScript, JSON and text can be bundled';
  return null;
};

const messagesOf = (error: unknown): readonly Message[] => {
  if (!(error instanceof Error) || !('errors' in error)) return [];
  // esbuild throws nothing else that has `errors`
  return (error as BuildFailure).errors;
};

const lineOf = ({ text, location }: Message): string =>
  location ? `${location.file}:${location.line}: ${text}` : text;
