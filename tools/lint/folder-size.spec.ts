import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const repository = path.resolve(import.meta.dirname, '../..');

/** A longer list is hard to read as a table of contents: split such a folder. */
const namesMaximum = 12;

const generated = new Set(['node_modules', 'dist', 'generated', '.next', 'migrations']);

/** Folders that are still being split. */
const exceptions = new Set(['apps/worker-node/src/launch']);

/** A file, its test, its types and its styles count as one name. */
const nameOf = (file: string): string => file.replace(/\.(spec\.tsx?|module\.css|d\.mts|tsx?|mjs|css)$/, '');

const folders = function* (folder: string): Generator<{ readonly folder: string; readonly names: number }> {
  const entries = readdirSync(path.join(repository, folder), { withFileTypes: true });
  yield { folder, names: new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => nameOf(name))).size };
  for (const entry of entries) {
    if (entry.isDirectory() && !generated.has(entry.name)) yield* folders(path.posix.join(folder, entry.name));
  }
};

it(`no folder of an app or a lib has more than ${namesMaximum} names`, () => {
  const tooLarge = ['apps', 'libs'].flatMap((root) =>
    [...folders(root)].filter(({ folder, names }) => names > namesMaximum && !exceptions.has(folder)),
  );
  expect(tooLarge).toEqual([]);
});
