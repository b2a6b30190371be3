import { ApiError } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import { type NewSet, type NewSetEntry, type SetBody, type SetEntry, setHash, signSet } from '@secret-store/sealing';
import { appendAuditEvent, systemActor } from '../audit/append-audit-event.ts';
import type { Dependencies } from '../dependencies.ts';
import { setDifferences } from './set-differences.ts';
import { verifiedSet } from './verified-set.ts';

export type SetChange =
  | { readonly kind: 'put'; readonly entry: SetEntry }
  | { readonly kind: 'remove'; readonly secretId: string }
  | { readonly kind: 'none' };

const keptSets = 5;

/**
 * Signs the algorithm's next set: the one before, verified, with this one change. Rows never get into it. Call it before
 * the transaction changes the secret's row, so that a difference between the two is somebody else's.
 * @throws {SetIntegrityError} when the set before is not genuine
 */
export const signNextSet = async (
  deps: Dependencies,
  tx: Prisma.TransactionClient,
  algorithmId: string,
  change: SetChange,
): Promise<SetBody> => {
  const algorithm = await lockAlgorithm(tx, algorithmId);
  const previous = await verifiedSet(deps, tx, algorithmId);
  await reportDifferences(deps, tx, algorithm, previous);
  const number = (previous?.number ?? 0) + 1;
  const next: NewSet = {
    algorithmId,
    owner: previous?.owner ?? algorithm.owner,
    name: previous?.name ?? algorithm.name,
    number,
    previous: previous && (await hashOf(tx, previous)),
    secrets: changed(entriesOf(previous), change, number),
  };
  const envelope = signSet(next, deps.keys.signer);
  await tx.signedSet.create({ data: { algorithmId, number: next.number, envelope } });
  await tx.signedSet.deleteMany({ where: { algorithmId, number: { lte: next.number - keptSets } } });
  return next;
};

const hashOf = async (tx: Prisma.TransactionClient, { algorithmId, number }: SetBody): Promise<string> => {
  const where = { algorithmId_number: { algorithmId, number } };
  const { envelope } = await tx.signedSet.findUniqueOrThrow({ where, select: { envelope: true } });
  return setHash(envelope);
};

/** An entry of a set that does not say when it changed counts as changed in that set. */
const entriesOf = (previous: SetBody | null): NewSetEntry[] =>
  previous?.secrets.map((entry) => ({ ...entry, since: entry.since ?? previous.number })) ?? [];

interface AlgorithmRow {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
}

/** One at a time signs the next set of an algorithm. */
const lockAlgorithm = async (tx: Prisma.TransactionClient, algorithmId: string): Promise<AlgorithmRow> => {
  const [row] = await tx.$queryRaw<AlgorithmRow[]>`
    SELECT id, owner, name FROM algorithm WHERE id = ${algorithmId}::uuid FOR UPDATE`;
  if (row === undefined) throw new ApiError('AlgorithmNotFound', 'There is no such algorithm. Check its id.');
  return row;
};

const changed = (entries: readonly NewSetEntry[], change: SetChange, number: number): NewSetEntry[] => {
  if (change.kind === 'none') return [...entries];
  const secretId = change.kind === 'put' ? change.entry.secretId : change.secretId;
  const others = entries.filter((entry) => entry.secretId !== secretId);
  if (change.kind === 'remove') return others;
  if (others.some((entry) => entry.environmentVariable === change.entry.environmentVariable)) {
    throw new ApiError(
      'SecretMetadataConstraintViolation',
      `This algorithm already has ${change.entry.environmentVariable}. Choose another name, or remove that secret.`,
      { status: 409, field: 'secret_key' },
    );
  }
  return [...others, { ...change.entry, since: number }];
};

const reportDifferences = async (
  deps: Dependencies,
  tx: Prisma.TransactionClient,
  algorithm: AlgorithmRow,
  previous: SetBody | null,
): Promise<void> => {
  if (previous === null) return;
  const rows = await tx.secret.findMany({ where: { algorithmId: algorithm.id } });
  const deletions = await tx.writeIntent.findMany({ where: { algorithmId: algorithm.id, kind: 'delete' } });
  const differences = setDifferences(previous.secrets, rows, new Set(deletions.map((intent) => intent.secretId)));
  const renamed = previous.owner !== algorithm.owner || previous.name !== algorithm.name;
  if (differences.length === 0 && !renamed) return;
  deps.log.warn(
    { algorithmId: algorithm.id, differences, renamed },
    'the database differs from the signed set; the set stands',
  );
  await appendAuditEvent(tx, {
    actor: systemActor,
    action: 'set.mismatch',
    subject: { type: 'algorithm', id: algorithm.id, name: `${previous.owner}/${previous.name}` },
    details: { differences: differences.map((difference) => ({ ...difference })), renamed },
  });
};
