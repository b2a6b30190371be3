import { Text } from '@mantine/core';
import type { SecretImportEntry } from '@secret-store/api/schemas';
import { RecordTable, StateLabel, type RecordColumn } from '@secret-store/ui';

const words = {
  create: { tone: 'good', label: 'New' },
  update: { tone: 'attention', label: 'Replaces the current value' },
  refuse: { tone: 'bad', label: 'Can’t be imported' },
} as const;

const columns: readonly RecordColumn<SecretImportEntry>[] = [
  {
    title: 'Variable',
    isName: true,
    render: ({ secret_key }) => (
      <Text ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
        {secret_key}
      </Text>
    ),
  },
  {
    title: 'What happens',
    render: ({ action, reason }) => <StateLabel {...words[action]}>{reason}</StateLabel>,
  },
];

/** What the import does with each variable. Nothing here has a value. */
export const ImportPlan = ({ entries }: { readonly entries: readonly SecretImportEntry[] }) => (
  <RecordTable label="Plan of the import" columns={columns} items={entries} keyOf={({ secret_key }) => secret_key} />
);
