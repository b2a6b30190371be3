import { randomBytes } from 'node:crypto';
import type { Envelope, WorkerStreamLine, WorkerStreamOpening } from '@secret-store/api/schemas';
import {
  type AuditHead,
  type Beat,
  nextHints,
  noHints,
  signAuditHead,
  signBeat,
  type SigningKey,
  type ToldHints,
} from '@secret-store/sealing';

/** What a process of a backend says on its streams, line by line. */
export class SpeakingBackend {
  readonly #keys: { readonly signer: SigningKey; readonly certificate: Envelope };
  readonly instance = randomBytes(16).toString('base64url');
  /** of its own clock, in milliseconds */
  time = 1_000_000;
  hints: ToldHints = noHints;
  place: AuditHead | null = null;
  #sent: AuditHead | null = null;

  constructor(keys: { readonly signer: SigningKey; readonly certificate: Envelope }) {
    this.#keys = keys;
  }

  /** The chain ends at this event now. */
  move(sequence: number, { epoch = 0, hash = 'ab'.repeat(32) } = {}): void {
    this.place = { epoch, sequence, hash };
  }

  opening(change: Partial<WorkerStreamOpening> = {}): WorkerStreamOpening {
    this.#sent = this.place;
    return {
      ...{ instance: this.instance, time: this.time, hints: this.hints },
      head: this.place && signAuditHead(this.place, this.#keys.signer),
      backendCertificate: this.#keys.certificate,
      ...{ changed: [], fleet: false },
      ...change,
    };
  }

  /** A line that beats vouch for. */
  hint(line: WorkerStreamLine): WorkerStreamLine {
    this.hints = nextHints(this.hints, JSON.stringify(line));
    return line;
  }

  changed(...ids: readonly string[]): WorkerStreamLine {
    return this.hint({ changed: [...ids] });
  }

  /** @param signer in place of the backend's */
  beat(change: Partial<Beat> = {}, signer = this.#keys.signer): WorkerStreamLine {
    const { instance, time, hints, place, place: head } = this;
    const isNew = place !== null && place !== this.#sent;
    this.#sent = place;
    return {
      beat: signBeat({ instance, time, hints, head, ...change }, signer),
      ...(isNew && { head: signAuditHead(place, this.#keys.signer) }),
    };
  }
}
