import { type KeyInUse, requestKey } from '../request-context.ts';
import type { AuditActor, AuditEntry, AuditSubject } from './audit-entry.ts';

/** Something that was refused. */
export interface Refusal {
  readonly action:
    | 'session.refuse'
    | 'password.refuse'
    | 'second-factor.refuse'
    | 'api-key.refuse'
    | 'api-key.refuse-address'
    | 'role.refuse-address'
    | 'scim-key.refuse'
    | 'identity.refuse'
    | 'request.refuse';
  readonly actor: AuditActor;
  readonly subject: AuditSubject;
  /** of the client */
  readonly address: string;
  /** why, in a word of a closed list */
  readonly reason?: string;
}

interface Count {
  readonly action: Refusal['action'];
  readonly actor: AuditActor;
  readonly subject: AuditSubject;
  /** null where they came from several */
  readonly address: string | null;
  /** what a user tried with */
  readonly key: KeyInUse | null;
  readonly reason?: string;
  readonly attempts: number;
  readonly since: Date;
}

type RecordEntries = (entries: readonly AuditEntry[]) => Promise<void>;

/** Different ones of one action between two writes. What comes beyond that is counted as one, so that memory has a bound. */
const countsMaximum = 256;

/** The key of those beyond: none of `keyOf`. */
const others = 'others';

export const anonymous: AuditActor = { type: 'anonymous', id: 'anonymous' };

/** Who is not signed in is told apart by the address, everybody else by who they are. */
const keyOf = ({ actor, subject, address, reason }: Refusal, key: KeyInUse | null): string => {
  const from = actor.type === 'anonymous' ? address : null;
  return JSON.stringify([actor.type, actor.id, subject.type, subject.id, from, key?.id ?? null, reason]);
};

const together = (earlier: Count, later: Count): Count => ({
  ...earlier,
  address: earlier.address === later.address ? earlier.address : null,
  attempts: earlier.attempts + later.attempts,
  since: earlier.since < later.since ? earlier.since : later.since,
});

const entryOf = ({ attempts, since, reason, ...count }: Count): AuditEntry => ({
  ...count,
  outcome: 'refused',
  details: { attempts, since: since.toISOString(), ...(reason !== undefined && { reason }) },
});

/**
 * Counts what is refused, so that a thousand attempts make one event. Call `flush` each minute, before somebody reads the
 * audit, and at the end.
 */
export class RefusalCounter {
  readonly #record: RecordEntries;
  #counts = new Map<Refusal['action'], Map<string, Count>>();
  #writing: Promise<void> = Promise.resolve();

  constructor(record: RecordEntries) {
    this.#record = record;
  }

  count(refusal: Refusal): void {
    const key = requestKey();
    this.#add(keyOf(refusal, key), { ...refusal, key, attempts: 1, since: new Date() });
  }

  /** Records what was counted so far. Where that fails, it stays counted. */
  flush(): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const counts = [...this.#counts.values()].flatMap((ofAction) => [...ofAction]);
    if (counts.length === 0) return;
    this.#counts = new Map();
    try {
      await this.#record(counts.map(([, count]) => entryOf(count)));
    } catch (error) {
      for (const [key, count] of counts) this.#add(key, count);
      throw error;
    }
  }

  #add(key: string, count: Count): void {
    const { action, subject } = count;
    const ofAction = this.#counts.get(action) ?? new Map<string, Count>();
    this.#counts.set(action, ofAction);
    if (!ofAction.has(key) && ofAction.size >= countsMaximum && key !== others) {
      const anyone = { actor: anonymous, subject: { type: subject.type, id: others }, address: null, key: null };
      this.#add(others, { ...count, ...anyone });
      return;
    }
    const earlier = ofAction.get(key);
    ofAction.set(key, earlier === undefined ? count : together(earlier, count));
  }
}
