import type { PrismaClient } from '@secret-store/db';
import { auditHash, firstPreviousHash } from './audit-hash.ts';

export interface AuditChainReport {
  /** events whose place and content verify, counted from the first */
  readonly verified: number;
  /** the event at which the chain breaks: it, or what stood before it, was changed or removed */
  readonly brokenAt: { readonly sequence: bigint } | null;
}

const pageSize = 1000;

/** Walks the chain from its first event. Events cut off at its end leave a chain that verifies: keep its last hash elsewhere. */
export const verifyAuditChain = async (prisma: PrismaClient): Promise<AuditChainReport> => {
  let verified = 0;
  let previousHash = firstPreviousHash;
  for (;;) {
    const events = await prisma.auditEvent.findMany({
      where: { sequence: { gt: BigInt(verified) } },
      orderBy: { sequence: 'asc' },
      take: pageSize,
    });
    for (const event of events) {
      const follows = event.sequence === BigInt(verified + 1) && event.previousHash === previousHash;
      if (!follows || event.hash !== auditHash(event)) return { verified, brokenAt: { sequence: event.sequence } };
      verified += 1;
      previousHash = event.hash;
    }
    if (events.length < pageSize) return { verified, brokenAt: null };
  }
};
