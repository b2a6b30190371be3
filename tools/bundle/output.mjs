import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** Replaces each file in one step. */
export const writeWhole = async (outputFiles) => {
  for (const { path: file, contents } of outputFiles) {
    await mkdir(path.dirname(file), { recursive: true });
    const unfinished = `${file}.${process.pid}-${performance.now()}`;
    await writeFile(unfinished, contents);
    await rename(unfinished, file);
  }
};
