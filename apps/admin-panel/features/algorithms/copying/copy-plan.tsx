import { Button, Checkbox, Stack, Table, Text } from '@mantine/core';
import type { SecretsCopyEntry } from '@secret-store/api/schemas';
import { MaskedTextarea, StateLabel } from '@secret-store/ui';
import { generatedLength } from '@/features/algorithms/generated-length.ts';
import { givenTo, type GivenValue, type GivenValues } from './given-values.ts';

interface CopyPlanProps {
  readonly entries: readonly SecretsCopyEntry[];
  readonly values: GivenValues;
  readonly problems: ReadonlyMap<string, string>;
  readonly onGive: (secretId: string, value: GivenValue) => void;
  readonly onLeaveOut: (secretId: string) => void;
}

const words = {
  create: { tone: 'good', label: 'New, with a value of its own' },
  refer: { tone: 'good', label: 'New, refers to the same secret' },
  keep: { tone: 'none', label: 'Exists there, stays as it is' },
  refuse: { tone: 'bad', label: 'Can’t be copied' },
} as const;

const NewValue = ({
  entry: { secretId, secret_key },
  values,
  problems,
  onGive,
}: Omit<CopyPlanProps, 'entries' | 'onLeaveOut'> & { readonly entry: SecretsCopyEntry }) => {
  const given = givenTo(values, secretId);
  return (
    <>
      {!given.isGenerated && (
        <MaskedTextarea
          aria-label={`New value of ${secret_key}`}
          placeholder="New value"
          minRows={1}
          value={given.text}
          error={problems.get(secretId)}
          onChange={({ currentTarget: { value } }) => onGive(secretId, { ...given, text: value })}
        />
      )}
      <Checkbox
        label={`Generate ${generatedLength} characters at random`}
        aria-label={`Generate ${secret_key} at random: ${generatedLength} characters`}
        checked={given.isGenerated}
        onChange={({ currentTarget: { checked } }) => onGive(secretId, { ...given, isGenerated: checked })}
      />
    </>
  );
};

/** What the copy does with each secret, and the fields for new values. */
export const CopyPlan = ({ entries, onLeaveOut, ...fields }: CopyPlanProps) => (
  <Table aria-label="Plan of the copy" verticalSpacing="sm" layout="fixed">
    <Table.Thead>
      <Table.Tr>
        <Table.Th w="40%">Variable</Table.Th>
        <Table.Th>What happens</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {entries.map((entry) => (
        <Table.Tr key={entry.secretId}>
          <Table.Th scope="row" fw={400} style={{ verticalAlign: 'top', overflowWrap: 'anywhere' }}>
            <Text ff="monospace" fz="sm">
              {entry.secret_key}
            </Text>
            <Text fz="xs" c="dimmed">
              {entry.short_name}
            </Text>
          </Table.Th>
          <Table.Td style={{ verticalAlign: 'top' }}>
            <Stack gap="xs" align="stretch">
              <StateLabel {...words[entry.action]}>{entry.reason}</StateLabel>
              {entry.action === 'create' && <NewValue entry={entry} {...fields} />}
              {entry.action === 'refuse' && (
                <Button
                  variant="default"
                  size="xs"
                  style={{ alignSelf: 'flex-start' }}
                  aria-label={`Leave out ${entry.secret_key}`}
                  onClick={() => onLeaveOut(entry.secretId)}
                >
                  Leave out
                </Button>
              )}
            </Stack>
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
);
