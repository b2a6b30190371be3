import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderArrows } from './folder-arrows.mjs';
import { messagesAboutImport } from './planted-import.ts';

const repository = path.resolve(import.meta.dirname, '../..');

const refusals = (file: string, imported: string) => messagesAboutImport('no-restricted-imports', file, imported);

const notSources = new Set(['testing', 'attacks', 'node_modules', '.next']);

/** Folders that contain source files, without those of tests; all route folders of the panel count as one. */
const sourceFolders = (root: string): string[] =>
  readdirSync(path.join(repository, root), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.spec)\.tsx?$/.test(entry.name))
    .map((entry) => path.relative(path.join(repository, root), entry.parentPath))
    .filter((folder) => folder !== '' && !folder.split(path.sep).some((part) => notSources.has(part)))
    .map((folder) => folder.replace(/^app\b.*/, 'app'));

/** The folders that one imports, directly or through others. */
const reachable = (folders: Readonly<Record<string, readonly string[]>>, from: string): Set<string> => {
  const reached = new Set<string>();
  const follow = (folder: string): void => {
    for (const next of folders[folder] ?? []) {
      if (reached.has(next)) continue;
      reached.add(next);
      follow(next);
    }
  };
  follow(from);
  return reached;
};

describe.each(Object.entries(folderArrows))('the folders of %s', (root, folders) => {
  it('are all in the table', () => {
    expect([...new Set(sourceFolders(root))].sort()).toEqual(Object.keys(folders).sort());
  });

  it('never lead back to where an import began', () => {
    expect(Object.keys(folders).filter((folder) => reachable(folders, folder).has(folder))).toEqual([]);
  });
});

describe('an import between folders', () => {
  it.each([
    ['apps/backend/src/audit/planted.ts', '../secrets/create-secret.ts'],
    ['apps/backend/src/modules/planted.ts', '../preparation/candidate.ts'],
    ['apps/backend/src/running/planted.ts', '../secrets/create-secret.ts'],
    ['apps/backend/src/secrets/planted.ts', '../http/authenticate.ts'],
    ['apps/backend/src/secrets/commits/planted.ts', '../create-secret.ts'],
    ['apps/backend/src/secrets/settling/planted.ts', '../../algorithms/list-algorithms.ts'],
    ['apps/backend/src/http/planted.ts', './rest/rest-routes.ts'],
    ['apps/backend/src/running/planted.ts', '../secrets/testing/backend-fixture.ts'],
    ['apps/admin-panel/features/session/planted.tsx', '@/features/providers/isolation-warning.tsx'],
    ['apps/admin-panel/features/providers/configuration/planted.tsx', '../form/provider-form.tsx'],
    ['apps/admin-panel/page/planted.tsx', '@/shell/theme.ts'],
    ['apps/admin-panel/shell/planted.tsx', '@/app/error.tsx'],
  ])('is refused from %s to %s', async (file, imported) => {
    expect(await refusals(file, imported)).not.toEqual([]);
  });

  it.each([
    ['apps/backend/src/secrets/planted.ts', './settling/settler.ts'],
    ['apps/backend/src/secrets/commits/planted.ts', '../../sets/next-set.ts'],
    ['apps/backend/src/running/planted.ts', '../dependencies.ts'],
    ['apps/backend/src/audit/planted.spec.ts', '../secrets/create-secret.ts'],
    ['apps/admin-panel/features/session/planted.tsx', '@/page/back-link.tsx'],
    ['apps/admin-panel/app/(signed-in)/planted.tsx', '@/features/providers/form/provider-form.tsx'],
    ['apps/admin-panel/forms/planted.tsx', '@/paths.ts'],
  ])('is allowed from %s to %s', async (file, imported) => {
    expect(await refusals(file, imported)).toEqual([]);
  });
});
