import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '@secret-store/command-line';
import { packProblem } from './pack-problem.ts';

/** What stands beside a module, each null where there is none. */
export interface Companions {
  readonly signature: string | null;
  readonly sourceMap: string | null;
}

export const signatureFileOf = (file: string): string => `${file}.sig`;
export const sourceMapFileOf = (file: string): string => `${file}.map`;

/** Writes a module and what stands beside it. Replacing a module removes what belonged to the old one. */
export const writePackedFiles = async (
  file: string,
  bytes: Uint8Array,
  { signature, sourceMap }: Companions,
): Promise<void> => {
  // without a line break at the end, so that a form can send the signature as it is
  const companions = [
    [signatureFileOf(file), signature],
    [sourceMapFileOf(file), sourceMap],
  ] as const;
  try {
    await makeFolder(path.dirname(file));
    const unchanged = await holds(file, bytes);
    for (const [companion, content] of companions) {
      if (content === null && !unchanged) await rm(companion, { force: true });
    }
    await replaceFile(file, bytes);
    for (const [companion, content] of companions) {
      if (content !== null) await replaceFile(companion, content);
    }
  } catch (cause) {
    throw packProblem(`${file} cannot be written; choose another folder with --out`, { cause });
  }
};

/** A reader sees either the old file or the new one. */
const replaceFile = async (file: string, content: Uint8Array | string): Promise<void> => {
  const unfinished = `${file}.${process.pid}`;
  try {
    await writeFile(unfinished, content);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
};

const holds = async (file: string, bytes: Uint8Array): Promise<boolean> => {
  const there = await readFile(file).catch(() => null);
  return there?.equals(bytes) ?? false;
};
