import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { SettingError } from '../errors/setting-error.ts';
import { headFileName } from './newest-head.ts';
import { writeStateFile } from './write-state-file.ts';

const count = z.number().int().min(0);

export const AlgorithmMark = z.object({
  algorithmId: z.uuid(),
  owner: z.string(),
  name: z.string(),
  number: count,
  /** of the set with this number */
  setHash: z.string(),
  /** another algorithm has taken its name since */
  superseded: z.boolean(),
  /** the highest version by secret id, also of deleted secrets */
  versions: z.record(z.string(), count),
});
export type AlgorithmMark = z.infer<typeof AlgorithmMark>;

export const ProviderMark = z.object({
  providerId: z.uuid(),
  /** in files older than activations, the bound revision of the configuration */
  activationNumber: count,
  /** of the activation with this number; missing in older files */
  activationHash: z.string().optional(),
});
export type ProviderMark = z.infer<typeof ProviderMark>;

export type Mark = AlgorithmMark | ProviderMark;

const fileName = (mark: Mark): string =>
  'algorithmId' in mark ? `algorithm-${mark.algorithmId}.json` : `provider-${mark.providerId}.json`;

/** In a file the activation number has the key `revision`. */
const ProviderMarkFile = ProviderMark.omit({ activationNumber: true })
  .extend({ revision: count })
  .transform(({ revision, ...mark }): ProviderMark => ({ ...mark, activationNumber: revision }));

const MarkFile = z.union([AlgorithmMark, ProviderMarkFile]);

const contentOf = (mark: Mark): string => {
  if ('algorithmId' in mark) return JSON.stringify(mark);
  const { providerId, activationNumber: revision, activationHash } = mark;
  return JSON.stringify({ providerId, revision, activationHash });
};

/** A mark that cannot be read does not count as missing: that would let an old set in. */
export const readMarks = async (directory: string): Promise<Mark[]> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json') && name !== headFileName);
  return Promise.all(names.map((name) => readMark(path.join(directory, name))));
};

const readMark = async (file: string): Promise<Mark> => {
  try {
    return MarkFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new SettingError(`${file} is damaged: remove it if you trust the database as it is now`, { cause: error });
  }
};

/** On disk when this returns. */
export const writeMark = (directory: string, mark: Mark): Promise<void> =>
  writeStateFile(directory, fileName(mark), contentOf(mark));
