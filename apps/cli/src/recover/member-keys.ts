import type { PrismaClient } from '@secret-store/db';
import {
  envelopeSchema,
  foundingSchema,
  PoolLog,
  type RootPublic,
  SealingError,
  type VerificationKey,
} from '@secret-store/sealing';

interface StoredLog {
  readonly founding: unknown;
  readonly entries: readonly unknown[];
}

/**
 * The keys of all workers that the pools' logs in the database have, also of those that were revoked since: workers seal values again,
 * and sign them. Each log is verified from the root upwards, and counts as far as it does.
 */
export const memberKeys = async (prisma: PrismaClient, root: RootPublic): Promise<readonly VerificationKey[]> => {
  const stored = await storedLogs(prisma);
  const first = stored.map((log) => verifiedLog(log, { root, first: null })).find((log) => log !== null) ?? null;
  const others = first === null ? [] : stored.map((log) => verifiedLog(log, { root, first }));
  return [first, ...others]
    .filter((log) => log !== null)
    .flatMap(({ state }) => [...state.members.values()].map(({ key }) => key));
};

const storedLogs = async (prisma: PrismaClient): Promise<readonly StoredLog[]> => {
  const rows = await prisma.poolLogEntry.findMany({ orderBy: [{ poolId: 'asc' }, { number: 'asc' }] });
  const logs = new Map<string, { founding: unknown; readonly entries: unknown[] }>();
  for (const { poolId, number, envelope } of rows) {
    const log = logs.get(poolId) ?? { founding: null, entries: [] };
    if (number === 0) log.founding = envelope;
    else log.entries.push(envelope);
    logs.set(poolId, log);
  }
  return [...logs.values()];
};

/** @param trust without a first pool, only that one is verified; with it, only the others */
const verifiedLog = (
  { founding, entries }: StoredLog,
  trust: { readonly root: RootPublic; readonly first: PoolLog | null },
): PoolLog | null => {
  const parsed = foundingSchema.safeParse(founding);
  if (!parsed.success || 'signed' in parsed.data !== (trust.first !== null)) return null;
  try {
    const log = PoolLog.found(parsed.data, trust);
    appendAll(log, entries);
    return log;
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
};

const appendAll = (log: PoolLog, entries: readonly unknown[]): void => {
  for (const entry of entries) {
    try {
      const envelope = envelopeSchema.safeParse(entry);
      if (!envelope.success) return;
      log.append(envelope.data);
    } catch (error) {
      if (error instanceof SealingError) return;
      throw error;
    }
  }
};
