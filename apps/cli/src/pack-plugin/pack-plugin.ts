import type { KeyObject } from 'node:crypto';
import path from 'node:path';
import { changedWithoutVersion } from './changed-without-version.ts';
import { packModule } from './pack-module.ts';
import { signModule } from './sign-module.ts';
import { startOnce } from './start-once.ts';
import { signatureFileOf, sourceMapFileOf, writePackedFiles } from './write-packed-files.ts';

export interface PackedPlugin {
  readonly file: string;
  readonly sha256: string;
  /** the signature's file beside it; null unless a signing key was given */
  readonly signatureFile: string | null;
  /** the source map's file beside it; null unless asked for */
  readonly sourceMapFile: string | null;
}

export interface PackOptions {
  readonly directory: string;
  readonly outDirectory: string;
  readonly signingKey?: KeyObject | undefined;
  /** whether to write a source map beside the module */
  readonly withSourceMap?: boolean | undefined;
  /** the built sandbox, in which the module is started once; without it the module is not started */
  readonly sandboxDirectory?: string | undefined;
  /** gets one line per finished step */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/**
 * Packs a provider, starts it once in the sandbox, if there is one, and writes the file and what stands beside it.
 * @throws {CommandProblem} when the folder is not a plugin's or the source cannot be bundled
 * @throws {PluginModuleError} when the packed file breaks a rule of the format, or does not start
 */
export const packPlugin = async ({
  directory,
  outDirectory,
  signingKey,
  withSourceMap = false,
  sandboxDirectory,
  onProgress,
}: PackOptions): Promise<PackedPlugin> => {
  const { project, bundle, bytes, module, fileName } = await packModule(directory);
  for (const warning of bundle.warnings) onProgress?.(`warning: ${warning}`);
  onProgress?.(`bundled ${project.source}: ${sizeOf(bundle.contents)}`);
  onProgress?.(`packed: ${sizeOf(bytes)}`);
  if (sandboxDirectory !== undefined) {
    const isolation = await startOnce(module, sandboxDirectory, bundle.sourceMap);
    onProgress?.(`verified: it keeps the rules of an upload, and starts in the sandbox (${isolation})`);
  }
  const file = path.join(outDirectory, fileName);
  const warning = await changedWithoutVersion(file, module);
  if (warning !== null) onProgress?.(`warning: ${warning}`);
  const { sha256 } = module;
  await writePackedFiles(file, bytes, {
    signature: signingKey ? signModule(sha256, signingKey) : null,
    sourceMap: withSourceMap ? bundle.sourceMap : null,
  });
  return {
    file,
    sha256,
    signatureFile: signingKey ? signatureFileOf(file) : null,
    sourceMapFile: withSourceMap ? sourceMapFileOf(file) : null,
  };
};

const sizeOf = (bytes: Uint8Array): string => `${Math.ceil(bytes.length / 1024)} KiB`;
