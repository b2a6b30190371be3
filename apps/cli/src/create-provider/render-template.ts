import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ProviderName } from './provider-name.ts';

/** Names that would mean something to the tools of this repository too, and what they are in a project. */
const underscored: Readonly<Record<string, string>> = {
  _gitignore: '.gitignore',
  _github: '.github',
  '_tsconfig.json': 'tsconfig.json',
  '_eslint.config.js': 'eslint.config.js',
};

/** The files of a new project, by their path in it: those of the template, with its name replaced. */
export const renderTemplate = async (templateDirectory: string, name: ProviderName): Promise<Map<string, string>> => {
  const forms: Readonly<Record<string, string>> = {
    TemplateInWords: name.words,
    template: name.kebab,
    Template: name.pascal,
  };
  // at once: a name may itself hold the word
  const rename = (text: string) => text.replace(/TemplateInWords|template|Template/g, (word) => forms[word] ?? word);
  const files = new Map<string, string>();
  for (const entry of await readdir(templateDirectory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const parts = path.relative(templateDirectory, file).split(path.sep);
    const target = path.join(...parts.map((part) => underscored[part] ?? part));
    files.set(rename(target), rename(await readFile(file, 'utf8')));
  }
  return files;
};
