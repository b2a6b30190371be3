import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** Replaces each file in one step. One that is the same already stays, as otherwise the build would count as out of date. */
export const writeWhole = async (outputFiles) => {
  for (const { path: file, contents } of outputFiles) {
    const present = await readFile(file).catch(() => null);
    if (present?.equals(Buffer.from(contents))) continue;
    await mkdir(path.dirname(file), { recursive: true });
    const unfinished = `${file}.${process.pid}-${performance.now()}`;
    await writeFile(unfinished, contents);
    await rename(unfinished, file);
  }
};
