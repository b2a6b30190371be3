import {
  type Envelope,
  envelopeSchema,
  readRequestKeyId,
  type RequestHeaders,
  SealingError,
  type VerificationKey,
  verificationKeyOf,
  verifyCertificate,
  verifyRequest,
} from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { passRefused } from '../rows/row-refused.ts';
import { selection } from '../rows/row-statements.ts';

/** A worker whose request signature and certificate were verified. */
export interface WorkerIdentity {
  readonly workerId: string;
  readonly poolId: string;
  /** signs its requests and its answers */
  readonly key: VerificationKey;
  /** the root's, for that key */
  readonly certificate: Envelope;
}

export interface WorkerRequest {
  readonly method: string;
  /** path with query, as it was asked for */
  readonly target: string;
  readonly headers: RequestHeaders;
  /** the raw body */
  readonly body: Uint8Array;
}

/** Who signed the request; null when it is not a worker that the root certified, or one that was revoked. */
export const authenticateWorker = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'log'>,
  request: WorkerRequest,
): Promise<WorkerIdentity | null> => {
  const keyId = readRequestKeyId(request.headers);
  if (keyId === null) return null;
  const { rows } = await deps.db.pool.query<Rows['worker'] & Record<string, unknown>>({
    name: 'worker-by-key',
    text: `SELECT ${selection('worker')} FROM worker WHERE "keyId" = $1`,
    values: [keyId],
  });
  const row = rows[0] === undefined ? null : await deps.ledger.genuine('worker', rows[0]).catch(passRefused);
  const identity = row === null || row.revokedAt !== null ? null : verifiedIdentity(deps, request, row.certificate);
  if (identity === null) {
    deps.log.warn({ keyId }, 'a request signed with this key is not from a worker of this store');
    return null;
  }
  await noteSeen(deps, identity.workerId);
  return identity;
};

/** Id and pool come from the certificate: the row beside it is not signed. */
const verifiedIdentity = (
  deps: Pick<Dependencies, 'keys'>,
  request: WorkerRequest,
  envelope: unknown,
): WorkerIdentity | null => {
  try {
    const certificate = verifyCertificate(envelope, deps.keys.root, 'worker');
    const key = verificationKeyOf(certificate);
    verifyRequest({ ...request, now: new Date() }, key);
    const { subjectId: workerId, poolId } = certificate;
    return poolId === undefined ? null : { workerId, poolId, key, certificate: envelopeSchema.parse(envelope) };
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
};

/** At most each 3 s, so that a read mostly stays a read. */
const noteSeen = async (deps: Pick<Dependencies, 'db'>, workerId: string): Promise<void> => {
  await deps.db.pool.query({
    name: 'worker-seen',
    text: `UPDATE worker SET "lastSeenAt" = now()
           WHERE id = $1 AND ("lastSeenAt" IS NULL OR "lastSeenAt" < now() - interval '3 seconds')`,
    values: [workerId],
  });
};
