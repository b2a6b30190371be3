import { build, type BuildFailure, type Message } from 'esbuild';
import { packProblem } from './pack-problem.ts';

export interface PluginBundle {
  readonly contents: Uint8Array;
  /** the names that the entry exports */
  readonly exports: readonly string[];
  readonly warnings: readonly string[];
}

/** CommonJS libraries call `require`, which an ESM bundle lacks; theirs can only ask for what Node has built in. */
const banner =
  "import { createRequire as createRequireOfNode } from 'node:module';\nconst require = createRequireOfNode(import.meta.url);";

/** One ESM file that needs nothing but Node. Without a source map: the archive has no place for one. */
export const bundlePlugin = async (directory: string, source: string): Promise<PluginBundle> => {
  const { outputFiles, metafile, warnings } = await build({
    // paths in the bundle are relative to this, so that they do not depend on where the folder is
    absWorkingDir: directory,
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: banner },
    legalComments: 'none',
    sourcemap: false,
    metafile: true,
    logLevel: 'silent',
    write: false,
  }).catch((cause: unknown) => {
    throw packProblem(`${source} cannot be bundled: ${problemIn(cause, source)}`, { cause });
  });
  const [bundle] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (!bundle || !output) throw packProblem(`${source} bundles to nothing`);
  return { contents: bundle.contents, exports: output.exports, warnings: warnings.map(lineOf) };
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
