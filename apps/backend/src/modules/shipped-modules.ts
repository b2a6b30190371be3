import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ApiError, type ShippedModule } from '@secret-store/api';
import { describeModule } from '@secret-store/plugin-host';
import type { Dependencies } from '../dependencies.ts';
import { readModule } from './read-module.ts';

/** They are built beside the sandbox's own files. */
const folderOf = ({ sandboxDirectory }: Pick<Dependencies, 'sandboxDirectory'>): string =>
  path.resolve(sandboxDirectory, '../../plugins');

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const filesOf = async (deps: Pick<Dependencies, 'sandboxDirectory'>): Promise<readonly string[]> => {
  try {
    return (await readdir(folderOf(deps))).filter((name) => name.endsWith('.tgz')).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

/** The modules that come with the store; none where it was not built with them. */
export const listShippedModules = async (
  deps: Pick<Dependencies, 'sandboxDirectory'>,
): Promise<readonly ShippedModule[]> =>
  Promise.all(
    (await filesOf(deps)).map(async (file) => {
      const { factories } = describeModule(await readModule(await readFile(path.join(folderOf(deps), file))));
      const [factory] = Object.values(factories);
      return { file, displayName: factory?.displayName ?? file, description: factory?.description ?? '' };
    }),
  );

/** @throws {ApiError} 6001 with 404 for a name that is not in the list */
export const readShippedModule = async (
  deps: Pick<Dependencies, 'sandboxDirectory'>,
  file: string,
): Promise<Buffer> => {
  if (!(await filesOf(deps)).includes(file)) {
    throw new ApiError(
      'InputValidationError',
      'This module does not come with the store. Reload the page, or upload a file.',
      { status: 404, field: 'file' },
    );
  }
  return readFile(path.join(folderOf(deps), file));
};
