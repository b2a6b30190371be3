import type { Envelope, WorkerStreamOpening } from '@secret-store/api/schemas';
import {
  type AuditHead,
  nextHints,
  type RootPublic,
  SealingError,
  type ToldHints,
  type VerificationKey,
  verifyAuditHead,
  verifyBeat,
  backendKeyOf,
} from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';

/** The two clocks differ by no more, unless this machine slept or a clock is wrong. */
const aheadMillisecondsMaximum = 500;

export interface BeginningOfStream {
  /** verified: the signature of the answer covers it */
  readonly opening: WorkerStreamOpening;
  /** by this process's clock: the opening was made after this */
  readonly askedAt: number;
  readonly root: RootPublic;
}

export interface HeardBeat {
  /** by this process's clock, at the latest: the backend knew all that was committed then, and had told it */
  readonly readAt: number;
  readonly place: AuditHead | null;
}

/**
 * What a backend has told on one stream. Its beats show whether a hint was lost on the way, and how old they are: the time of the
 * backend's process is brought to this one's clock by the opening. Neither clock is ever set.
 */
export class HeardStream {
  readonly #opening: WorkerStreamOpening;
  readonly #askedAt: number;
  readonly #key: VerificationKey;
  #hints: ToldHints;
  #place: AuditHead | null;

  /** @throws {ResolveFailure} where the certificate or the head is not of a backend of this store */
  constructor({ opening, askedAt, root }: BeginningOfStream) {
    this.#opening = opening;
    this.#askedAt = askedAt;
    this.#hints = opening.hints;
    const { backendCertificate, head } = opening;
    this.#key = genuine(() => backendKeyOf(backendCertificate, root));
    this.#place = head === null ? null : this.#placeOf(head);
  }

  /** Of the last head that was sent. */
  get place(): AuditHead | null {
    return this.#place;
  }

  /** @param line as it came */
  hint(line: string): void {
    this.#hints = nextHints(this.#hints, line);
  }

  /** @throws {ResolveFailure} where it is not genuine, or a hint before it was lost: the stream is of no use any more */
  beat(envelope: Envelope, head: Envelope | undefined, now: number): HeardBeat {
    const beat = genuine(() => verifyBeat(envelope, this.#key));
    if (beat.instance !== this.#opening.instance) throw broken('a beat is of another process than the stream');
    if (beat.hints.count !== this.#hints.count || beat.hints.hash !== this.#hints.hash)
      throw broken('a hint was lost or added on the way');
    if (head !== undefined) this.#place = this.#placeOf(head);
    if (!isSamePlace(beat.head, this.#place)) throw broken('a beat is of another audit head than was sent');
    const readAt = this.#askedAt + (beat.time - this.#opening.time);
    if (readAt - now > aheadMillisecondsMaximum)
      throw broken("the backend's time ran ahead, as after this machine slept");
    return { readAt: Math.min(readAt, now), place: beat.head };
  }

  #placeOf(head: Envelope): AuditHead {
    return genuine(() => verifyAuditHead(head, this.#key));
  }
}

const isSamePlace = (one: AuditHead | null, other: AuditHead | null): boolean =>
  one?.epoch === other?.epoch && one?.sequence === other?.sequence && one?.hash === other?.hash;

const genuine = <T>(verify: () => T): T => {
  try {
    return verify();
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    throw broken(`it is not genuine: ${error.message}`, error);
  }
};

const broken = (why: string, cause?: unknown): ResolveFailure =>
  new ResolveFailure(exitCode.unavailable, `what came on the stream from the backend is not taken: ${why}`, { cause });
