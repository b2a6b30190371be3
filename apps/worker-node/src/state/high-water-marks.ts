import { createHash } from 'node:crypto';
import type { ProviderActivation, SetBody } from '@secret-store/sealing';
import { Mutex } from 'async-mutex';
import { exitCode } from '../errors/exit-code.ts';
import { OlderThanSeen, ResolveFailure } from '../errors/resolve-failure.ts';
import { AlgorithmMark, type Mark, ProviderMark, readMarks, writeMark } from './mark-files.ts';

/**
 * The newest state that this worker has seen, so that older signed records are refused. Each accept compares and
 * moves the mark in one step, and returns when the mark is on disk.
 */
export class HighWaterMarks {
  readonly #directory: string;
  readonly #algorithms = new Map<string, AlgorithmMark>();
  readonly #providers = new Map<string, ProviderMark>();
  readonly #unwritten = new Set<string>();
  readonly #writing = new Mutex();

  private constructor(directory: string, marks: readonly Mark[]) {
    this.#directory = directory;
    for (const mark of marks) this.#keep(mark);
  }

  static async open(directory: string): Promise<HighWaterMarks> {
    return new HighWaterMarks(directory, await readMarks(directory));
  }

  /** @throws {OlderThanSeen} */
  async acceptSet(set: SetBody): Promise<void> {
    const before = this.#algorithms.get(set.algorithmId);
    const setHash = hashOf(set);
    if (before) refuseOlder(before, set, setHash);
    if (before?.number !== set.number) {
      this.#supersedeOthers(set);
      this.#advance(parseMark(AlgorithmMark, nextMark(before, set, setHash)));
    }
    await this.#write();
  }

  /** @throws {OlderThanSeen} */
  async acceptActivation(activation: ProviderActivation): Promise<void> {
    const { providerId, number: activationNumber } = activation;
    const before = this.#providers.get(providerId);
    const activationHash = hashOf(activation);
    if (before && activationNumber < before.activationNumber)
      throw new OlderThanSeen('the backend sent an older configuration of the provider');
    if (
      before?.activationNumber === activationNumber &&
      before.activationHash !== undefined &&
      before.activationHash !== activationHash
    ) {
      throw new ResolveFailure(
        exitCode.unavailable,
        `the backend sent two different configurations with the number ${activationNumber}: save the provider again`,
      );
    }
    if (before?.activationHash !== activationHash)
      this.#advance(parseMark(ProviderMark, { providerId, activationNumber, activationHash }));
    await this.#write();
  }

  #supersedeOthers({ algorithmId, owner, name }: SetBody): void {
    for (const mark of this.#algorithms.values()) {
      const sameName = mark.owner === owner && mark.name === name;
      if (sameName && mark.algorithmId !== algorithmId && !mark.superseded)
        this.#advance({ ...mark, superseded: true });
    }
  }

  #keep(mark: Mark): string {
    if ('algorithmId' in mark) {
      this.#algorithms.set(mark.algorithmId, mark);
      return mark.algorithmId;
    }
    this.#providers.set(mark.providerId, mark);
    return mark.providerId;
  }

  #advance(mark: Mark): void {
    this.#unwritten.add(this.#keep(mark));
  }

  /** Also writes what an earlier call could not. */
  #write(): Promise<void> {
    return this.#writing.runExclusive(async () => {
      for (const id of [...this.#unwritten]) {
        this.#unwritten.delete(id);
        try {
          for (const mark of [this.#algorithms.get(id), this.#providers.get(id)]) {
            if (mark) await writeMark(this.#directory, mark);
          }
        } catch (error) {
          this.#unwritten.add(id);
          throw new ResolveFailure(
            exitCode.unavailable,
            'the worker cannot write its state: check whether its disk is full',
            { cause: error },
          );
        }
      }
    });
  }
}

/** Hashes verified content, whose fields are in the order of its schema. */
const hashOf = (verified: SetBody | ProviderActivation): string =>
  createHash('sha256').update(JSON.stringify(verified)).digest('hex');

const refuseOlder = (before: AlgorithmMark, set: SetBody, setHash: string): void => {
  if (before.superseded) throw new OlderThanSeen('the backend sent an algorithm that was removed');
  if (before.owner !== set.owner || before.name !== set.name) {
    throw new ResolveFailure(
      exitCode.unavailable,
      'the backend sent a set whose algorithm has another name: names of algorithms never change',
    );
  }
  if (set.number < before.number)
    throw new OlderThanSeen(`the backend sent set ${set.number} after set ${before.number}`);
  if (set.number === before.number && setHash !== before.setHash) {
    throw new ResolveFailure(exitCode.unavailable, `the backend sent two different sets with the number ${set.number}`);
  }
  if (set.secrets.some(({ secretId, version }) => version < (before.versions[secretId] ?? 0))) {
    throw new OlderThanSeen(`set ${set.number} contains a value`);
  }
};

const nextMark = (
  before: AlgorithmMark | undefined,
  { algorithmId, owner, name, number, secrets }: SetBody,
  setHash: string,
): AlgorithmMark => ({
  algorithmId,
  owner,
  name,
  number,
  setHash,
  superseded: false,
  versions: { ...before?.versions, ...Object.fromEntries(secrets.map(({ secretId, version }) => [secretId, version])) },
});

/** Ids become file names. */
const parseMark = <T>(schema: { safeParse(mark: unknown): { data?: T } }, mark: T): T => {
  const { data } = schema.safeParse(mark);
  if (data === undefined) throw new ResolveFailure(exitCode.unavailable, 'the backend sent an id that is not a UUID');
  return data;
};
