import { build } from 'esbuild';
import { PackError } from './pack-error.ts';

/** CommonJS libraries call `require`, which an ESM bundle lacks; theirs can only ask for what Node has built in. */
const banner = "import { createRequire as createRequireOfNode } from 'node:module';\nconst require = createRequireOfNode(import.meta.url);";

/** One ESM file that needs nothing but Node. */
export const bundlePlugin = async (directory: string, source: string): Promise<Uint8Array> => {
  const { outputFiles } = await build({
    // paths in the bundle are relative to this, so that they are the same wherever the folder lies
    absWorkingDir: directory,
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: banner },
    legalComments: 'none',
    logLevel: 'silent',
    write: false,
  }).catch((cause: unknown) => {
    throw new PackError(`${source} does not bundle: ${firstMessage(cause)}`, { cause });
  });
  const [bundle] = outputFiles;
  if (!bundle) throw new PackError(`${source} gave no bundle`);
  return bundle.contents;
};

const firstMessage = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').find((line) => line.includes('error:')) ?? text;
};
