import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { SettingError } from '../errors/setting-error.ts';
import { type StagedFile, stageStateFile, writeStateFile } from './write-state-file.ts';

const count = z.number().int().min(0);
/** of the restore that the mark belongs to; 0 before the first, and in older files */
const epoch = count.default(0);

const HeldEntry = z.object({
  /** missing for an entry of a set of the first form */
  since: count.optional(),
  /** of everything else in the entry */
  digest: z.string(),
});
export type HeldEntry = z.infer<typeof HeldEntry>;

export const AlgorithmMark = z.object({
  algorithmId: z.uuid(),
  /** owner and name are missing after a restore, until the first set */
  owner: z.string().optional(),
  name: z.string().optional(),
  number: count,
  /** of the set with this number */
  setHash: z.string(),
  /** another algorithm has taken its name since, or a restore does not know it */
  superseded: z.boolean(),
  /** the highest version by secret id, also of removed secrets; missing after a restore, until the first set */
  versions: z.record(z.string(), count).optional(),
  /** of the set with this number, by secret id; missing in older files, and after a restore until the first set */
  entries: z.record(z.string(), HeldEntry).optional(),
  epoch,
});
export type AlgorithmMark = z.infer<typeof AlgorithmMark>;

export const ProviderMark = z.object({
  providerId: z.uuid(),
  /** in files older than activations, the bound revision of the configuration */
  activationNumber: count,
  /** of the activation with this number; missing in older files */
  activationHash: z.string().optional(),
  epoch,
});
export type ProviderMark = z.infer<typeof ProviderMark>;

export type Mark = AlgorithmMark | ProviderMark;

const filePattern = /^(?:algorithm|provider)-.*\.json$/;
const stagedPattern = /^(?:algorithm|provider)-.*\.json\.new$/;

const fileName = (mark: Mark): string =>
  'algorithmId' in mark ? `algorithm-${mark.algorithmId}.json` : `provider-${mark.providerId}.json`;

/** In a file the activation number has the key `revision`. */
const ProviderMarkFile = ProviderMark.omit({ activationNumber: true })
  .extend({ revision: count })
  .transform(({ revision, ...mark }): ProviderMark => ({ ...mark, activationNumber: revision }));

const MarkFile = z.union([AlgorithmMark, ProviderMarkFile]);

const contentOf = (mark: Mark): string => {
  if ('algorithmId' in mark) return JSON.stringify(mark);
  const { activationNumber: revision, ...rest } = mark;
  return JSON.stringify({ ...rest, revision });
};

/** A mark that cannot be read does not count as missing: that would let an old set in. */
export const readMarks = async (directory: string): Promise<Mark[]> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const names = await readdir(directory);
  const kept = await Promise.all(
    names.filter((name) => filePattern.test(name)).map((name) => readMark(path.join(directory, name))),
  );
  const staged = await Promise.all(
    names.filter((name) => stagedPattern.test(name)).map((name) => readStaged(path.join(directory, name))),
  );
  const marks = new Map(kept.map((mark) => [fileName(mark), mark]));
  for (const mark of staged) {
    if (mark !== null && !isBefore(mark, marks.get(fileName(mark)))) marks.set(fileName(mark), mark);
  }
  return [...marks.values()];
};

/**
 * What a process wrote last that was killed before it could keep it. Null where the power was lost meanwhile.
 * @throws the system's error: a mark that is there and that we cannot read may be the newest one
 */
const readStaged = async (file: string): Promise<Mark | null> => {
  const text = await readFile(file, 'utf8');
  try {
    return MarkFile.parse(JSON.parse(text));
  } catch {
    return null;
  }
};

const isBefore = (mark: Mark, other: Mark | undefined): boolean =>
  other !== undefined && (mark.epoch < other.epoch || (mark.epoch === other.epoch && placeOf(mark) < placeOf(other)));

const placeOf = (mark: Mark): number => ('algorithmId' in mark ? mark.number : mark.activationNumber);

const readMark = async (file: string): Promise<Mark> => {
  const text = await readFile(file, 'utf8');
  try {
    return MarkFile.parse(JSON.parse(text));
  } catch (error) {
    throw new SettingError(`${file} is damaged: remove it if you trust the database as it is now`, { cause: error });
  }
};

/** Written, and to be kept: see {@link stageStateFile}. */
export const stageMark = (directory: string, mark: Mark): StagedFile =>
  stageStateFile(directory, fileName(mark), contentOf(mark));

/** On disk when this returns. */
export const writeMark = (directory: string, mark: Mark): Promise<void> =>
  writeStateFile(directory, fileName(mark), contentOf(mark));
