import type { AcceptedDatabase } from '../restoring/accept-database.ts';
import type { ChangeCounts, RestoreComparison } from '../restoring/restore-comparison.ts';

const nobodyKnows = 'a user that nobody knows any more';

const listed = (title: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [title, ...names.map((name) => `  ${name}`)];

const countWords = ({ lost, back, earlier }: ChangeCounts): string =>
  [
    ...(lost > 0 ? [`${lost} lost`] : []),
    ...(back > 0 ? [`${back} there again`] : []),
    ...(earlier > 0 ? [`${earlier} as they were before`] : []),
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
      'Users that were removed and are there again:',
      users.back.map(({ id, username }) => username ?? id),
    ),
    ...listed(
      'Users as they were before:',
      users.earlier.map(({ id, username, role }) => `${username ?? id}${role === null ? '' : `, ${role}`}`),
    ),
    ...listed('API keys that are lost:', apiKeys.lost.map(key)),
    ...listed('API keys that were removed and are valid again:', apiKeys.back.map(key)),
    ...listed(
      'Other rows:',
      changed.map(([kind, counts]) => `${kind}: ${countWords(counts)}`),
    ),
  ];
  return lines.length === 0 ? ['Nothing that the backend remembers is lost, and nothing comes back.'] : lines;
};

/** What the restore undoes, as far as it can be told. */
const undoneLines = ({ comparison, remembered }: AcceptedDatabase): string[] => {
  if (comparison === null) {
    return ["What is lost and what comes back cannot be told: the backend's folder does not remember what was there."];
  }
  const { rememberedUpTo } = comparison;
  const later = remembered !== null && remembered.epoch === rememberedUpTo.epoch;
  const unknown = later ? remembered.sequence - rememberedUpTo.sequence : 0;
  return [
    ...comparisonLines(comparison),
    ...(unknown > 0 ? [`What the last ${unknown} events before the restore did cannot be told.`] : []),
  ];
};

export const acceptedLines = (accepted: AcceptedDatabase): string[] => {
  const { epoch, head, isTakeover, refusedRows } = accepted;
  if (isTakeover) {
    return [
      `The database is from before the store checked its rows. The next start takes it over as it is: event store.take-over of the audit lists what it believed.`,
      ...(epoch === null
        ? []
        : [`It is the present state from then on, with audit event ${head.sequence} as its end.`]),
    ];
  }
  return [
    `The database is the present state of the store, up to event ${head.sequence} of its audit. Start the store.`,
    ...undoneLines(accepted),
    'All sessions end.',
    ...(refusedRows === 0
      ? []
      : [
          `${refusedRows} rows are not what the audit says, and will be refused: tools/secret-store verify-audit lists them.`,
        ]),
  ];
};

export const acceptedObject = ({ isTakeover, ...accepted }: AcceptedDatabase) => ({
  ...{ takeover: isTakeover, epoch: accepted.epoch, head: accepted.head, refusedRows: accepted.refusedRows },
  ...{ remembered: accepted.remembered, undone: accepted.comparison },
});
