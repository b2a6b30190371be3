import type { VerifiedExport } from '../verifying/verify-export.ts';
import type { VerifiedStore } from '../verifying/verify-store.ts';

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

const rowWords = {
  unknown: 'not written by this store, or removed since',
  changed: 'changed, or an earlier version',
  missing: 'missing',
} as const;

const rowLines = ({ rows }: VerifiedStore): string[] => {
  if (rows === null) return ['The rows were not compared, because the audit does not verify.'];
  if (rows.found === 0) return [`${plural(rows.compared, 'row')} compared: all match the audit.`];
  const more = rows.found - rows.findings.length;
  return [
    `${plural(rows.found, 'row does', 'rows do')} not match the audit and ${rows.found === 1 ? 'is' : 'are'} refused (${rows.compared} compared):`,
    ...rows.findings.map(({ kind, id, problem }) => `  ${kind} ${id}: ${rowWords[problem]}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
};

export const storeLines = (verified: VerifiedStore): string[] => {
  const { events, takenOver, pending, finding } = verified;
  return [
    finding?.message ?? `${plural(events, 'event')} verified, from the first to the newest.`,
    ...(takenOver > 0
      ? [`Events 1 to ${takenOver} are from an older version, which did not sign events. Their hashes are correct.`]
      : []),
    ...(pending > 0 ? [`${plural(pending, 'event is', 'events are')} not in the audit yet.`] : []),
    ...rowLines(verified),
  ];
};

export const storeObject = ({ events, head, takenOver, pending, finding, rows }: VerifiedStore) => ({
  ...{ events, epoch: head.epoch, takenOver, pending },
  problem: finding,
  rows: rows && { compared: rows.compared, wrong: rows.found, listed: rows.findings },
});

export const exportLines = ({ events, first, finding }: VerifiedExport): string[] => {
  if (finding !== null) return [finding.message];
  if (first === null) return ['The export has no events.'];
  const last = first + events - 1;
  return [
    events === 1 ? `Event ${first} verified.` : `${events} events verified, from ${first} to ${last}.`,
    ...(first > 1 ? [`This is a part of the audit: it cannot say what came before event ${first}.`] : []),
    `An export cannot say what came after its last event, ${last}. To see that none is missing, compare it with a newer export.`,
  ];
};

export const exportObject = ({ events, first, finding }: VerifiedExport) => ({
  ...{ events, first },
  last: first === null || finding !== null ? null : first + events - 1,
  problem: finding,
});
