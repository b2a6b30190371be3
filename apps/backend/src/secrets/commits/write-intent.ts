import { ApiError } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import type { SetEntry } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import type { Dependencies } from '../../dependencies.ts';

/** A row of the table. */
export type Intent = NonNullable<Awaited<ReturnType<Dependencies['db']['prisma']['writeIntent']['findUnique']>>>;

export interface IntentRequest {
  readonly kind: 'create' | 'update' | 'delete';
  readonly algorithmId: string;
  readonly entry: Pick<SetEntry, 'secretId' | 'environmentVariable' | 'version' | 'providerId'>;
  readonly providerKey: string | null;
}

/** Longer than the deadline of a provider's call: what a call left in flight has landed by then. */
export const intentLeaseMilliseconds = 30_000;

/**
 * Says, before the provider is called, what a crash would leave. The lock on the provider's row keeps the provider from being
 * removed before its removal can see the intent.
 * @throws {ApiError} 8006 when the provider has just been removed
 */
export const beginIntent = async (
  database: Pick<Prisma.TransactionClient, '$executeRaw'>,
  { kind, algorithmId, entry, providerKey }: IntentRequest,
): Promise<string> => {
  const id = uuidv7();
  const settleAfter = new Date(Date.now() + intentLeaseMilliseconds);
  const { secretId, environmentVariable, version, providerId } = entry;
  const inserted = await database.$executeRaw`
    INSERT INTO write_intent
      (id, kind, "secretId", "algorithmId", "providerId", "environmentVariable", "providerKey", version, "settleAfter")
    SELECT ${id}::uuid, ${kind}, ${secretId}::uuid, ${algorithmId}::uuid, provider.id, ${environmentVariable},
      ${providerKey}, ${version}::int, ${settleAfter}::timestamptz
    FROM provider WHERE provider.id = ${providerId}::uuid FOR KEY SHARE`;
  if (inserted === 1) return id;
  throw new ApiError('SecretProviderNotFound', 'This secret provider has been removed. Choose another one.');
};

/** Held while a secret is written, and while a failed write is settled. */
export const secretLock = (secretId: string): string => `secret:${secretId}`;
