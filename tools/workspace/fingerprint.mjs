// Checks from the files' metadata, without asking nx, whether a build is up to date with its sources.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A file that changed this recently could change again with the same times. */
const settledMilliseconds = 1000;

/** What is removed while it is looked at, such as a file of an editor, counts as missing. */
const statsOf = (place) => statSync(place, { throwIfNoEntry: false });

const entriesIn = (folder) => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
};

const filesBelow = (place, madeByBuilds) =>
  statsOf(place)?.isDirectory()
    ? entriesIn(place)
        .filter(({ name }) => !madeByBuilds.has(name) && !name.endsWith('.tsbuildinfo'))
        .flatMap((entry) => (entry.isSymbolicLink() ? [] : filesBelow(path.join(place, entry.name), madeByBuilds)))
    : [place];

/** Programs cannot set the time of the last change (ctime), so it also reveals an edit that keeps size and mtime. */
const metadataOf = (places, madeByBuilds) => {
  const hash = createHash('sha256');
  let newest = 0;
  for (const place of places) {
    for (const file of filesBelow(place, madeByBuilds)) {
      const stats = statsOf(file);
      if (stats === undefined) {
        hash.update(`${file} is missing\n`);
        continue;
      }
      const { ino, size, mtimeMs, ctimeMs } = stats;
      hash.update(`${file}\0${ino}\0${size}\0${mtimeMs}\0${ctimeMs}\n`);
      newest = Math.max(newest, mtimeMs, ctimeMs);
    }
  }
  return { fingerprint: hash.digest('hex'), newest };
};

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

const stateWith = (fingerprint, { outputs, tools }) =>
  `${fingerprint} ${metadataOf(outputs, new Set()).fingerprint} ${tools}`;

/** Whether the outputs are those of these sources. */
export const isUpToDate = (files) =>
  read(files.mark) === stateWith(metadataOf(files.sources, files.madeByBuilds ?? new Set()).fingerprint, files);

/**
 * Runs `work` unless it has succeeded on these sources and its outputs are unchanged.
 *
 * The sources are recorded before `work` begins: a source that changes meanwhile counts as not built.
 * @returns the exit code of `work`; 0 when there was nothing to do
 */
export const unlessUpToDate = (files, work) => {
  const { sources, mark, madeByBuilds = new Set() } = files;
  const before = metadataOf(sources, madeByBuilds);
  if (read(mark) === stateWith(before.fingerprint, files)) return 0;
  rmSync(mark, { force: true });
  const started = Date.now();
  const status = work();
  if (status === 0 && started - before.newest > settledMilliseconds) {
    mkdirSync(path.dirname(mark), { recursive: true });
    writeFileSync(mark, stateWith(before.fingerprint, files));
  }
  return status;
};
