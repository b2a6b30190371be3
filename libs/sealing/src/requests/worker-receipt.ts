import { z } from 'zod';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import type { SigningKey, VerificationKey } from '../keys/signing-key.ts';
import { hexHashSchema, signEnvelope, verifyEnvelope, type Envelope } from '../signed/envelope.ts';

const payloadType = 'application/vnd.secret-store.worker-receipt.v1+json';

/** As many as a set can have. */
const secretsMaximum = 10_000;
/** Processes of one receipt. */
export const receiptProcessesMaximum = 200;

const workerReceiptSchema = z.strictObject({
  workerId: wellFormedText(200),
  /** Of the worker's folder, as its requests name it. */
  run: z.int().min(1),
  /** Grows with each receipt of the run: of two about one algorithm, the one with the greater run, then counter, is newer. */
  counter: z.int().min(1),
  algorithmId: wellFormedText(200),
  /** The set that the worker has verified and read. */
  set: z.strictObject({ number: z.int().min(1), hash: hexHashSchema }),
  /** Secrets of the set that cannot be read now, by the reason: a word of a closed list, which the reader checks. */
  failures: z
    .array(
      z.strictObject({
        reason: z.string().regex(/^[a-z][a-z-]{0,39}$/),
        secretIds: z.array(wellFormedText(36)).min(1).max(secretsMaximum),
      }),
    )
    .max(100),
  /** Commands that run with values of the algorithm, each with the number of the set that it was given. */
  processes: z
    .array(
      z.strictObject({
        id: wellFormedText(64),
        kind: z.enum(['exec', 'supervise']),
        number: z.int().min(1),
        started: z.iso.datetime(),
      }),
    )
    .max(receiptProcessesMaximum),
});

/** What a worker says of one algorithm: what it holds, what it cannot read, and what runs with it. Never a value. */
export type WorkerReceipt = z.infer<typeof workerReceiptSchema>;

/** @param signer the worker's own key, with which it also signs its requests */
export const signWorkerReceipt = (receipt: WorkerReceipt, signer: SigningKey): Envelope =>
  signEnvelope(payloadType, parseJson(workerReceiptSchema, receipt, 'the receipt'), signer);

/** @throws {SealingError} BAD_SIGNATURE for any edit or another worker; whether it is about the right algorithm is the caller's to compare */
export const verifyWorkerReceipt = (envelope: unknown, workerKey: VerificationKey): WorkerReceipt =>
  verifyEnvelope(payloadType, workerReceiptSchema, envelope, workerKey);
