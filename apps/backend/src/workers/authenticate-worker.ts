import {
  type Envelope,
  envelopeSchema,
  readRequestKeyId,
  type RequestHeaders,
  type RootPublic,
  SealingError,
  type VerificationKey,
  verificationKeyOf,
  verifyCertificate,
  verifyRequest,
} from '@secret-store/sealing';
import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { passRefused } from '../rows/row-refused.ts';
import { selection } from '../rows/row-statements.ts';
import { createNoteSeen } from './note-seen.ts';

/** A worker whose request signature and certificate were verified. */
export interface WorkerIdentity {
  readonly workerId: string;
  readonly poolId: string;
  /** signs its requests and its answers */
  readonly key: VerificationKey;
  /** the root's, for that key */
  readonly certificate: Envelope;
}

interface WorkerRequest {
  readonly method: string;
  /** path with query, as it was asked for */
  readonly target: string;
  readonly headers: RequestHeaders;
  /** the raw body */
  readonly body: Uint8Array;
}

const selectWorker = `SELECT ${selection('worker')} FROM worker WHERE "keyId" = $1`;

/** Reads the row of the worker that has the key; null where there is none. The row need not be genuine. */
export type ReadWorker = (keyId: string) => Promise<Rows['worker'] | null>;

/** @param readWorker reads the row together with something else; by its own statement when left out */
export type AuthenticateWorker = (request: WorkerRequest, readWorker?: ReadWorker) => Promise<WorkerIdentity | null>;

/**
 * @returns a function that tells who signed a request; null when it is not a worker that the root certified, or one that was
 * revoked. It asks the database once: the worker's row is believed only through the row memory.
 */
export const createAuthenticateWorker = (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'log'>,
): AuthenticateWorker => {
  const certified = certifiedWorkers(deps);
  const noteSeen = createNoteSeen(deps);
  const byKey: ReadWorker = async (keyId) => {
    const [row] = await rowsOf<Rows['worker']>(deps.db.pool, { text: selectWorker, values: [keyId] });
    return row ?? null;
  };
  return async (request, readWorker = byKey) => {
    const keyId = readRequestKeyId(request.headers);
    if (keyId === null) return null;
    const found = await readWorker(keyId);
    const row = found === null ? null : await deps.ledger.genuine('worker', found).catch(passRefused);
    const worker = row === null || row.revokedAt !== null ? null : certified(row.certificate);
    if (worker === null || !isSignedBy(worker, request)) {
      deps.log.warn({ keyId }, 'a request signed with this key is not from a worker of this store');
      return null;
    }
    await noteSeen(worker.workerId);
    return worker;
  };
};

/**
 * Who a certificate is for, by its text, as a certificate says the same for ever. Id and pool come from it: the row beside it
 * is not signed. As many are kept as the root certified.
 */
const certifiedWorkers = ({ keys }: Pick<Dependencies, 'keys'>) => {
  const known = new Map<string, WorkerIdentity>();
  return (envelope: unknown): WorkerIdentity | null => {
    const text = JSON.stringify(envelope);
    const worker = known.get(text) ?? verifiedWorker(keys.root, envelope);
    if (worker !== null) known.set(text, worker);
    return worker;
  };
};

const verifiedWorker = (root: RootPublic, envelope: unknown): WorkerIdentity | null => {
  const certificate = orNull(() => verifyCertificate(envelope, root, 'worker'));
  if (certificate?.poolId === undefined) return null;
  const { subjectId: workerId, poolId } = certificate;
  return { workerId, poolId, key: verificationKeyOf(certificate), certificate: envelopeSchema.parse(envelope) };
};

const isSignedBy = ({ key }: WorkerIdentity, request: WorkerRequest): boolean =>
  orNull(() => {
    verifyRequest({ ...request, now: new Date() }, key);
    return true;
  }) === true;

/** Null where a signature or a form is wrong. */
const orNull = <Result>(verify: () => Result): Result | null => {
  try {
    return verify();
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
};
