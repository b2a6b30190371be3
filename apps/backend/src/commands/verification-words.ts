import type { VerifiedExport } from '../verifying/verify-export.ts';
import type { VerifiedStore } from '../verifying/verify-store.ts';

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

const rowWords = {
  unknown: 'nobody of this store wrote it, or removed it again',
  changed: 'it was changed, or is an earlier one',
  missing: 'it is gone',
} as const;

const rowLines = ({ rows }: VerifiedStore): string[] => {
  if (rows === null) return ['The rows were not compared: the audit does not say what they should be.'];
  if (rows.found === 0) return [`${plural(rows.compared, 'row')} compared: all are what the audit says.`];
  const more = rows.found - rows.findings.length;
  return [
    `${plural(rows.found, 'row is', 'rows are')} not what the audit says, and ${rows.found === 1 ? 'is' : 'are'} refused (${rows.compared} compared):`,
    ...rows.findings.map(({ kind, id, problem }) => `  ${kind} ${id}: ${rowWords[problem]}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
};

export const storeLines = (verified: VerifiedStore): string[] => {
  const { events, takenOver, pending, finding } = verified;
  return [
    finding?.message ?? `${plural(events, 'event')} verified, from the first to the newest.`,
    ...(takenOver > 0
      ? [`Events 1 to ${takenOver} are from before events were signed: their links hold, and the store took them over.`]
      : []),
    ...(pending > 0 ? [`${plural(pending, 'event')} more on the way into the audit.`] : []),
    ...rowLines(verified),
  ];
};

export const storeObject = ({ events, head, takenOver, pending, finding, rows }: VerifiedStore) => ({
  ...{ events, epoch: head.epoch, takenOver, pending },
  problem: finding,
  rows: rows && { compared: rows.compared, wrong: rows.found, listed: rows.findings },
});

export const exportLines = ({ events, first, finding }: VerifiedExport): string[] => [
  finding?.message ??
    (first === null ? 'The export has no events.' : `${plural(events, 'event')} verified, from ${first} on.`),
];

export const exportObject = ({ events, first, finding }: VerifiedExport) => ({ events, first, problem: finding });
