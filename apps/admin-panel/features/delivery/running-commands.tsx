import { Text } from '@mantine/core';
import type { RunningCommand } from '@secret-store/api/schemas';
import { DateTime, RecordTable, type RecordColumn } from '@secret-store/ui';
import { DeliveryState } from './delivery-state.tsx';

const shownMaximum = 3;

/** Such as "Older values: DB_PASSWORD, API_KEY and 4 more". */
const olderValues = (outdated: readonly string[]): string => {
  const more = outdated.length - shownMaximum;
  return `${outdated.slice(0, shownMaximum).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const columns: readonly RecordColumn<RunningCommand>[] = [
  {
    title: 'Command',
    isName: true,
    render: ({ kind, worker }) => (
      <div>
        <Text fw={500} ff="monospace" fz="sm">
          {kind}
        </Text>
        <Text fz="xs" c="dimmed">
          on {worker}
        </Text>
      </div>
    ),
  },
  {
    title: 'Values',
    render: ({ outdated }) =>
      outdated.length === 0 ? (
        <DeliveryState state="ready" label="Present" />
      ) : (
        <DeliveryState state="behind" label="Older">
          {olderValues(outdated)}
        </DeliveryState>
      ),
  },
  {
    title: 'Started',
    render: ({ started }) => (
      <Text fz="sm">
        <DateTime value={started} />
      </Text>
    ),
  },
];

/** What runs with an algorithm's secrets, and whether these have changed since. */
export const RunningCommands = ({ commands }: { readonly commands: readonly RunningCommand[] }) => (
  <RecordTable
    label="Running commands"
    columns={columns}
    items={commands}
    keyOf={({ workerId, id }) => `${workerId} ${id}`}
  />
);
