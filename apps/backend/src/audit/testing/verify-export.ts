import { createHash } from 'node:crypto';
import { parseRootPublic, verificationKeyOf, verifyAuditHead, verifyCertificate } from '@secret-store/sealing';
import { z } from 'zod';

const Party = z.strictObject({ type: z.string(), id: z.string(), name: z.string().nullable() });

const Line = z.strictObject({
  sequence: z.number(),
  id: z.string(),
  at: z.string(),
  actor: Party,
  action: z.string(),
  subject: Party,
  outcome: z.string(),
  address: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  format: z.number(),
  marks: z.unknown(),
  previousHash: z.string(),
  hash: z.string(),
  head: z.unknown(),
});
type Line = z.infer<typeof Line>;

const Opening = z.strictObject({
  type: z.literal('secret-store-audit-export'),
  version: z.literal(1),
  root: z.unknown(),
  certificates: z.array(z.unknown()),
  restoreEpochs: z.array(z.unknown()),
  first: z.number().nullable(),
  last: z.number().nullable(),
});

/** As docs/audit.md says, and from nothing but the file and the fingerprint. Returns the events, or throws. */
export const verifyExport = (file: string, fingerprint: string): Line[] => {
  const [opening, ...rest] = file.trimEnd().split('\n');
  const { root: rootJson, certificates, first, last } = Opening.parse(JSON.parse(opening ?? ''));
  const root = parseRootPublic(rootJson, fingerprint);
  const keys = certificates.map((certificate) => verificationKeyOf(verifyCertificate(certificate, root, 'backend')));
  const events = rest.map((line) => Line.parse(JSON.parse(line)));
  events.forEach((event, index) => {
    if (event.sequence !== (first ?? 0) + index) throw new Error(`there is no event ${(first ?? 0) + index}`);
    if (event.hash !== hashOf(event)) throw new Error(`event ${event.sequence} is edited`);
    const before = events[index - 1];
    if (before !== undefined && event.previousHash !== before.hash) {
      throw new Error(`event ${event.sequence} does not follow the one before`);
    }
  });
  const end = events.at(-1);
  if (end === undefined) return events;
  if (end.sequence !== last) throw new Error('the end is cut off');
  const isSigned = keys.some((key) => {
    const head = verifyAuditHead(end.head, key);
    return head.sequence === end.sequence && head.hash === end.hash;
  });
  if (!isSigned) throw new Error('nobody signed the end');
  return events;
};

const hashOf = ({ actor, subject, ...event }: Line): string => {
  const begin = [event.previousHash, String(event.sequence), event.id, event.at];
  const covered =
    event.format === 1
      ? [
          ...['secret-store-audit-v1', ...begin, actor.type, actor.id, event.action, subject.type, subject.id],
          ordered(event.details),
        ]
      : [
          ...['secret-store-audit-v2', ...begin, actor.type, actor.id, actor.name, event.action],
          ...[subject.type, subject.id, subject.name, event.outcome, event.address],
          ...[ordered(event.details), ordered(event.marks)],
        ];
  return createHash('sha256').update(JSON.stringify(covered)).digest('hex');
};

const ordered = (json: unknown): unknown => {
  if (Array.isArray(json)) return ['array', ...json.map(ordered)];
  if (json === null || typeof json !== 'object') return json;
  const fields = Object.entries(json).sort(([left], [right]) => (left < right ? -1 : 1));
  return ['object', ...fields.map(([name, value]) => [name, ordered(value)])];
};
