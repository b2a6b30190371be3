import { Table, Text } from '@mantine/core';
import type { SecretImportEntry } from '@secret-store/api/schemas';
import { StateLabel } from '@secret-store/ui';

const words = {
  create: { tone: 'good', label: 'New' },
  update: { tone: 'attention', label: 'Replaces the current value' },
  refuse: { tone: 'bad', label: 'Can’t be imported' },
} as const;

/** What the import does with each variable. Nothing here has a value. */
export const ImportPlan = ({ entries }: { readonly entries: readonly SecretImportEntry[] }) => (
  <Table aria-label="Plan of the import" verticalSpacing="xs" layout="fixed">
    <Table.Thead>
      <Table.Tr>
        <Table.Th>Variable</Table.Th>
        <Table.Th>What happens</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {entries.map(({ secret_key, action, reason }) => (
        <Table.Tr key={secret_key}>
          <Table.Th scope="row" fw={400} style={{ verticalAlign: 'top' }}>
            <Text ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
              {secret_key}
            </Text>
          </Table.Th>
          <Table.Td>
            <StateLabel {...words[action]}>{reason}</StateLabel>
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
);
