import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packProblem } from './pack-problem.ts';

/**
 * Writes a module and, if there is one, its signature beside it. Replacing a module removes the old signature.
 * @returns the signature's file; null when nothing was signed
 */
export const writePackedFiles = async (
  file: string,
  bytes: Uint8Array,
  signature: string | null,
): Promise<string | null> => {
  const signatureFile = `${file}.sig`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    if (signature === null && !(await holds(file, bytes))) await rm(signatureFile, { force: true });
    await replaceFile(file, bytes);
    if (signature === null) return null;
    // without a line break, so that a form can send the file as it is
    await replaceFile(signatureFile, signature);
    return signatureFile;
  } catch (cause) {
    throw packProblem(`${file} cannot be written; choose another folder with --out`, { cause });
  }
};

/** A reader sees either the old file or the new one. */
const replaceFile = async (file: string, content: Uint8Array | string): Promise<void> => {
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, content);
  await rename(unfinished, file);
};

const holds = async (file: string, bytes: Uint8Array): Promise<boolean> => {
  const there = await readFile(file).catch(() => null);
  return there?.equals(bytes) ?? false;
};
