import { ConfigurationError } from '@secret-store/provider-sdk';
import { fileKeysOf } from '../module/factory.ts';
import type { PluginModule } from '../module/read-plugin-module.ts';
import { FileRefusal, type FileProblem, readAllowedFile } from './read-allowed-file.ts';

const explanations: Record<FileProblem, string> = {
  outside:
    'must be the absolute path of a file in one of the folders that SECRET_STORE_PLUGIN_FILE_ROOTS allows on this machine',
  missing: 'names a file that does not exist on this machine',
  unreadable: 'names a file that the store may not read; check its owner and its permissions',
  folder: 'names a folder, not a file',
  'not-a-file': 'names something that is not a regular file',
  'too-large': 'names a file larger than 64 KiB',
  'not-text': 'names a file that is not text in UTF-8',
};

/**
 * The configuration as the plugin gets it: for a key of kind `file` the content of the file instead of its path. Read
 * again for each `create`, because the tokens in such files are replaced while we run.
 * @param roots absolute folders; nothing outside of them is read
 * @throws {ConfigurationError} with the name of the key, without path or content
 */
export const readFileKeys = async (
  module: PluginModule,
  factoryClassName: string,
  configuration: ReadonlyMap<string, string>,
  roots: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const read = new Map(configuration);
  for (const key of fileKeysOf(module, factoryClassName)) {
    const file = configuration.get(key);
    if (file !== undefined && file !== '') read.set(key, await contentOf(key, file, roots));
  }
  return read;
};

const contentOf = async (key: string, file: string, roots: readonly string[]): Promise<string> => {
  try {
    return await readAllowedFile(file, roots);
  } catch (error) {
    if (error instanceof FileRefusal) throw new ConfigurationError(key, explanations[error.problem]);
    throw error;
  }
};
