// Checks from the files' metadata, without asking nx, whether a build is up to date with its sources.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A file that changed this recently could change again with the same times. */
const settledMilliseconds = 1000;

const filesBelow = (place, madeByBuilds) =>
  statSync(place).isDirectory()
    ? readdirSync(place, { withFileTypes: true })
        .filter(({ name }) => !madeByBuilds.has(name) && !name.endsWith('.tsbuildinfo'))
        .flatMap((entry) => (entry.isSymbolicLink() ? [] : filesBelow(path.join(place, entry.name), madeByBuilds)))
    : [place];

/** Programs cannot set the time of the last change (ctime), so it also reveals an edit that keeps size and mtime. */
const metadataOf = (places, madeByBuilds) => {
  const hash = createHash('sha256');
  let newest = 0;
  for (const place of places) {
    if (!existsSync(place)) {
      hash.update(`${place} is missing\n`);
      continue;
    }
    for (const file of filesBelow(place, madeByBuilds)) {
      const { ino, size, mtimeMs, ctimeMs } = statSync(file);
      hash.update(`${file}\0${ino}\0${size}\0${mtimeMs}\0${ctimeMs}\n`);
      newest = Math.max(newest, mtimeMs, ctimeMs);
    }
  }
  return { fingerprint: hash.digest('hex'), newest };
};

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/**
 * Runs `work` unless it has succeeded on these sources and its outputs are unchanged.
 *
 * The sources are recorded before `work` begins: a source that changes meanwhile counts as not built.
 * @returns the exit code of `work`; 0 when there was nothing to do
 */
export const unlessUpToDate = ({ tools, sources, outputs, mark, madeByBuilds = new Set() }, work) => {
  const before = metadataOf(sources, madeByBuilds);
  const state = () => `${before.fingerprint} ${metadataOf(outputs, new Set()).fingerprint} ${tools}`;
  if (read(mark) === state()) return 0;
  rmSync(mark, { force: true });
  const started = Date.now();
  const status = work();
  if (status === 0 && started - before.newest > settledMilliseconds) {
    mkdirSync(path.dirname(mark), { recursive: true });
    writeFileSync(mark, state());
  }
  return status;
};
