import {
  type Envelope,
  envelopeSchema,
  type VerificationKey,
  verifyWorkerReceipt,
  type WorkerReceipt,
} from '@secret-store/sealing';
import QuickLRU from 'quick-lru';

/** Of each at most twice as many are kept, about 1 KB for one that was verified and 200 bytes for a place. */
const verifiedMaximum = 10_000;
const placesMaximum = 100_000;

type Place = Pick<WorkerReceipt, 'run' | 'counter'>;

/** Whether the second was signed after the first. */
export const isNewer = (before: Place, after: Place): boolean =>
  after.run === before.run ? after.counter > before.counter : after.run > before.run;

/** What this backend has seen of receipts: a row that was put back is older than that. */
export class KnownReceipts {
  readonly #verified = new QuickLRU<string, WorkerReceipt>({ maxSize: verifiedMaximum });
  readonly #newest = new QuickLRU<string, Place>({ maxSize: placesMaximum });
  readonly #refused = new QuickLRU<string, true>({ maxSize: placesMaximum });

  /** @throws {SealingError} when the worker with this key did not sign it */
  verify(envelope: unknown, key: VerificationKey): WorkerReceipt {
    const name = nameOf(envelope, key);
    const known = name === null ? undefined : this.#verified.get(name);
    if (known !== undefined) return known;
    const receipt = verifyWorkerReceipt(envelope, key);
    if (name !== null) this.#verified.set(name, receipt);
    return receipt;
  }

  /** @returns whether no newer one of the worker about the algorithm was seen */
  see(receipt: WorkerReceipt): boolean {
    const subject = `${receipt.workerId}/${receipt.algorithmId}`;
    const newest = this.#newest.get(subject);
    if (newest !== undefined && isNewer(receipt, newest)) return false;
    this.#newest.set(subject, { run: receipt.run, counter: receipt.counter });
    return true;
  }

  /** A page asks again and again: once is enough for the log. */
  isFirstRefusal(workerId: string, algorithmId: string): boolean {
    const subject = `${workerId}/${algorithmId}`;
    if (this.#refused.has(subject)) return false;
    this.#refused.set(subject, true);
    return true;
  }
}

/** The very text that was signed, by whom, and the signature. */
const nameOf = (envelope: unknown, { keyId }: VerificationKey): string | null => {
  const parsed = envelopeSchema.safeParse(envelope);
  return parsed.success ? [keyId, ...textOf(parsed.data)].join(' ') : null;
};

const textOf = ({ payloadType, payload, signatures: [{ keyid, sig }] }: Envelope): string[] => [
  payloadType,
  payload,
  keyid,
  sig,
];
