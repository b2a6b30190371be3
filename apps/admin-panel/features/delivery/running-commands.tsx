import type { RunningCommand } from '@secret-store/api/schemas';
import { RecordTable, type RecordColumn } from '@secret-store/ui';
import { commandColumn, startedColumn } from './command-columns.tsx';
import { DeliveryState } from './delivery-state.tsx';

const shownMaximum = 3;

/** Such as "Older values: DB_PASSWORD, API_KEY and 4 more". */
const olderValues = (outdated: readonly string[]): string => {
  const more = outdated.length - shownMaximum;
  return `${outdated.slice(0, shownMaximum).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const columns: readonly RecordColumn<RunningCommand>[] = [
  commandColumn(({ worker }) => worker),
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
  startedColumn,
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
