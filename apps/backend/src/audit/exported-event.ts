import type { AuditEvent } from '@secret-store/api';

interface Links {
  readonly format: number;
  readonly marks?: unknown;
  readonly previousHash: string;
  readonly hash: string;
  readonly head?: unknown;
}

/** An event with what its hash covers, and what links and signs it: a line of an export that can be verified. */
export const exportedEvent = (event: AuditEvent, { format, marks, previousHash, hash, head }: Links) => ({
  ...event,
  ...{ format, marks, previousHash, hash, head },
});
