import type { PrismaClient } from '@secret-store/db';
import { SealingError, verifySet, type RecoveryKeys, type SetEntry } from '@secret-store/sealing';
import { memberKeys } from './member-keys.ts';
import { openNamed, openSigned } from './open-record.ts';
import { withSignerOf } from './with-signer-of.ts';

export interface RecoveredValue {
  readonly algorithm: string;
  readonly environment_variable: string;
  readonly version: number;
  readonly value: string;
}

export interface Recovery {
  readonly prisma: PrismaClient;
  readonly keys: RecoveryKeys;
  readonly onValue: (value: RecoveredValue) => Promise<void>;
  /** One line, never with a value. */
  readonly onProblem: (problem: string) => void;
}

/**
 * Opens the current internal values: those that the newest signed set of each algorithm names, so that a row that was
 * moved, renamed, replayed or left out in the database is reported, not opened.
 */
export const recoverCurrentValues = async (recovery: Recovery): Promise<void> => {
  const algorithms = await recovery.prisma.algorithm.findMany({ orderBy: [{ owner: 'asc' }, { name: 'asc' }] });
  for (const algorithm of algorithms) {
    await reporting(recovery, `algorithm ${algorithm.owner}/${algorithm.name}`, () => recoverSet(recovery, algorithm));
  }
};

const recoverSet = async (
  recovery: Recovery,
  algorithm: { id: string; owner: string; name: string },
): Promise<void> => {
  const { prisma, keys, onValue, onProblem } = recovery;
  const newest = await prisma.signedSet.findFirst({
    where: { algorithmId: algorithm.id },
    orderBy: { number: 'desc' },
  });
  const set = newest ? withSignerOf('its set', keys.backendKeys, (signer) => verifySet(newest.envelope, signer)) : null;
  const isOwnSet =
    set?.algorithmId === algorithm.id &&
    set.owner === algorithm.owner &&
    set.name === algorithm.name &&
    set.number === newest?.number;
  if (set && !isOwnSet) {
    onProblem(`algorithm ${algorithm.owner}/${algorithm.name}: its signed set belongs to another algorithm or number`);
    return;
  }
  const entries = set?.secrets.filter(({ sealedHash }) => sealedHash !== null) ?? [];
  const name = `${algorithm.owner}/${algorithm.name}`;
  for (const entry of entries) {
    await reporting(recovery, `${name} ${entry.environmentVariable}`, async () => {
      const value = await openEntry(recovery, algorithm.id, entry);
      await onValue({
        algorithm: name,
        environment_variable: entry.environmentVariable,
        version: entry.version,
        value,
      });
    });
  }
  const rows = await prisma.secret.findMany({ where: { algorithmId: algorithm.id, provider: { kind: 'internal' } } });
  for (const { id, environmentVariable } of rows) {
    if (!entries.some(({ secretId }) => secretId === id)) {
      onProblem(`${name} ${environmentVariable}: no signed set lists it; --all-versions may find its values`);
    }
  }
};

const openEntry = async ({ prisma, keys }: Recovery, algorithmId: string, entry: SetEntry): Promise<string> => {
  const { secretId, environmentVariable, version, providerKey, sealedHash } = entry;
  const row = await prisma.internalSealedValue.findUnique({ where: { providerKey_version: { providerKey, version } } });
  if (!row) throw new SealingError('BAD_RECORD', 'the database holds no sealed value of this version');
  if (sealedHash === null) throw new SealingError('BAD_RECORD', 'the signed set names no sealed value');
  const binding = { type: 'secret', secretId, algorithmId, environmentVariable, version } as const;
  return openNamed(row.record, keys, { binding, hash: sealedHash });
};

/** Opens every sealed value, each under what the backend or a worker signed it for, whatever the other tables say. */
export const recoverAllVersions = async (recovery: Recovery): Promise<void> => {
  const { prisma, keys, onValue } = recovery;
  const algorithms = await prisma.algorithm.findMany();
  const signers = [...keys.backendKeys, keys.root.verificationKey, ...(await memberKeys(prisma, keys.root))];
  const names = new Map(algorithms.map(({ id, owner, name }) => [id, `${owner}/${name}`]));
  const rows = await prisma.internalSealedValue.findMany({
    select: { providerKey: true, version: true },
    orderBy: [{ providerKey: 'asc' }, { version: 'asc' }],
  });
  for (const { providerKey, version } of rows) {
    await reporting(recovery, `sealed value ${providerKey} version ${version}`, async () => {
      const where = { providerKey_version: { providerKey, version } };
      const row = await prisma.internalSealedValue.findUniqueOrThrow({ where });
      const { binding, value } = await openSigned(row.record, keys, signers);
      await onValue({
        algorithm: names.get(binding.algorithmId) ?? binding.algorithmId,
        environment_variable: binding.environmentVariable,
        version: binding.version,
        value,
      });
    });
  }
};

/** A problem with one value does not stop the others; a database outage does. */
const reporting = async (recovery: Recovery, subject: string, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    recovery.onProblem(`${subject}: ${error.message}`);
  }
};
