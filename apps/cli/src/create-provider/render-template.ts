import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ProviderName } from './provider-name.ts';

/** Names that would mean something to the tools of this repository too. */
const underscored = /^_/;

/** The files of a new project, by their path in it: those of the template, with its name replaced. */
export const renderTemplate = async (templateDirectory: string, name: ProviderName): Promise<Map<string, string>> => {
  const rename = (text: string) => text.replaceAll('template', name.kebab).replaceAll('Template', name.pascal);
  const files = new Map<string, string>();
  for (const entry of await readdir(templateDirectory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const folder = path.relative(templateDirectory, entry.parentPath);
    const target = path.join(folder, entry.name.replace(underscored, entry.name === '_gitignore' ? '.' : ''));
    files.set(rename(target), rename(await readFile(file, 'utf8')));
  }
  return files;
};
