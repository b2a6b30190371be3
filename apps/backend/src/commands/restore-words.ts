import type { AcceptedDatabase } from '../restoring/accept-database.ts';
import type { ChangeCounts, RestoreComparison } from '../restoring/restore-comparison.ts';

const nobodyKnows = 'an unknown user';

const listed = (title: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [title, ...names.map((name) => `  ${name}`)];

const countWords = ({ lost, back, earlier }: ChangeCounts): string =>
  [
    ...(lost > 0 ? [`${lost} lost`] : []),
    ...(back > 0 ? [`${back} back`] : []),
    ...(earlier > 0 ? [`${earlier} at an earlier version`] : []),
  ].join(', ');

const comparisonLines = ({ users, apiKeys, others }: RestoreComparison): string[] => {
  const key = ({ id, username }: { id: string; username: string | null }) => `${id} of ${username ?? nobodyKnows}`;
  const changed = Object.entries(others).filter(([, { lost, back, earlier }]) => lost + back + earlier > 0);
  const lines = [
    ...listed(
      'Users that are lost:',
      users.lost.map(({ id, username }) => username ?? id),
    ),
    ...listed(
      'Users that come back:',
      users.back.map(({ id, username }) => username ?? id),
    ),
    ...listed(
      'Users at an earlier version:',
      users.earlier.map(({ id, username, role }) => `${username ?? id}${role === null ? '' : `, ${role}`}`),
    ),
    ...listed('API keys that are lost:', apiKeys.lost.map(key)),
    ...listed('API keys that become valid again:', apiKeys.back.map(key)),
    ...listed(
      'Other rows:',
      changed.map(([kind, counts]) => `${kind}: ${countWords(counts)}`),
    ),
  ];
  return lines.length === 0 ? ['Compared with the last known state, nothing is lost and nothing comes back.'] : lines;
};

/** What the restore undoes, as far as it can be told. */
const undoneLines = ({ comparison, remembered }: AcceptedDatabase): string[] => {
  if (comparison === null) {
    return ["What is lost and what comes back is unknown: the backend's folder has no earlier state to compare with."];
  }
  const { rememberedUpTo } = comparison;
  const later = remembered !== null && remembered.epoch === rememberedUpTo.epoch;
  const unknown = later ? remembered.sequence - rememberedUpTo.sequence : 0;
  return [
    ...comparisonLines(comparison),
    ...(unknown > 0 ? [`The last ${unknown} events before the restore are not part of this comparison.`] : []),
  ];
};

export const acceptedLines = (accepted: AcceptedDatabase): string[] => {
  const { epoch, head, isTakeover, refusedRows } = accepted;
  if (isTakeover) {
    return [
      `The database is from an older version, which did not check its rows. The next start accepts it as it is: the audit event store.take-over lists what was accepted.`,
      ...(epoch === null ? [] : [`It becomes the current state, up to audit event ${head.sequence}.`]),
    ];
  }
  return [
    `The database is now the current state of the store, up to audit event ${head.sequence}. Start the store.`,
    ...undoneLines(accepted),
    'All sessions end.',
    ...(refusedRows === 0
      ? []
      : [
          `${refusedRows} rows do not match the audit and will be refused: tools/secret-store verify-audit lists them.`,
        ]),
  ];
};

export const acceptedObject = ({ isTakeover, ...accepted }: AcceptedDatabase) => ({
  ...{ takeover: isTakeover, epoch: accepted.epoch, head: accepted.head, refusedRows: accepted.refusedRows },
  ...{ remembered: accepted.remembered, undone: accepted.comparison },
});
