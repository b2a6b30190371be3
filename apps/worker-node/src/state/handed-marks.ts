import { createHash } from 'node:crypto';
import { type RootPublic, SealingError, verifyRestoreEpoch } from '@secret-store/sealing';
import { z } from 'zod';
import type { HighWaterMarks } from './high-water-marks.ts';
import { type Mark, writeMark } from './mark-files.ts';
import { type NewestHead, SignedHead, writeHead } from './newest-head.ts';
import { readSignedRestore, writeRestore } from './restore-file.ts';
import { writeStateFile } from './write-state-file.ts';

const number = z.int().min(0);

const Floor = z.object({ poolId: z.uuid(), number, hash: z.string() });
/** A pool's log that a worker has seen: one without this entry is an older one, or parts from it. */
export type PoolFloor = z.infer<typeof Floor>;
export const PoolFloors = z.array(Floor);
export const poolFloorsName = 'pool-floors.json';

/** What a worker has seen, for one that it lets in: so that the newcomer is not shown an older store than that. */
const HandedMarks = z.object({
  head: SignedHead.nullable(),
  /** the last restore, as the root signed it */
  restore: z.unknown(),
  algorithms: z.array(
    z.object({
      algorithmId: z.uuid(),
      owner: z.string().optional(),
      name: z.string().optional(),
      number,
      setHash: z.string(),
      superseded: z.boolean(),
    }),
  ),
  providers: z.array(z.object({ providerId: z.uuid(), number, hash: z.string().optional() })),
  pools: PoolFloors,
});

export interface SeenByWorker {
  /** with its restore */
  readonly directory: string;
  readonly head: Pick<NewestHead, 'signed'>;
  readonly marks: Pick<HighWaterMarks, 'all' | 'epoch'>;
}

export const collectMarks = async (
  { directory, head, marks }: SeenByWorker,
  pools: readonly PoolFloor[],
): Promise<string> => {
  for (;;) {
    const { epoch } = marks;
    const restore = await readSignedRestore(directory);
    // no restore came in between
    if (marks.epoch === epoch) return JSON.stringify({ head: head.signed, restore, ...listed(marks.all), pools });
  }
};

const listed = (marks: readonly Mark[]): Pick<z.input<typeof HandedMarks>, 'algorithms' | 'providers'> => ({
  algorithms: marks.flatMap((mark) => {
    if (!('algorithmId' in mark)) return [];
    const { algorithmId, owner, name, number: of, setHash, superseded } = mark;
    return [{ algorithmId, owner, name, number: of, setHash, superseded }];
  }),
  providers: marks.flatMap((mark) =>
    'providerId' in mark
      ? [{ providerId: mark.providerId, number: mark.activationNumber, hash: mark.activationHash }]
      : [],
  ),
});

/** By which a pool's log names them. */
export const marksHash = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Begins the state of a new worker with what it was handed.
 * @param directory empty @param hash from its entry in the pool's log; null: it was handed nothing
 * @throws {SealingError} when these are not the marks that the member signed, or something in them is not genuine
 */
export const writeHandedMarks = async (
  directory: string,
  root: RootPublic,
  { text, hash }: { readonly text: string | null; readonly hash: string | null },
): Promise<void> => {
  if (hash === null) return;
  if (text === null || marksHash(text) !== hash)
    throw new SealingError('UNTRUSTED', 'what the backend passed on is not what the member of the pool handed over');
  const handed = HandedMarks.parse(JSON.parse(text));
  if (handed.head !== null) await writeHead(directory, handed.head, root);
  const restored = handed.restore === null ? null : verifyRestoreEpoch(handed.restore, root);
  if (restored !== null) await writeRestore(directory, handed.restore);
  const epoch = restored?.epoch ?? 0;
  for (const mark of handed.algorithms) await writeMark(directory, { ...mark, epoch });
  for (const { providerId, number: activationNumber, hash: activationHash } of handed.providers)
    await writeMark(directory, { providerId, activationNumber, activationHash, epoch });
  await writeStateFile(directory, poolFloorsName, JSON.stringify(handed.pools));
};
