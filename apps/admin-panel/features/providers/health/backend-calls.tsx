import { Text } from '@mantine/core';
import type { ProviderHealth } from '@secret-store/api/schemas';
import { DateTime, RecordTable, type RecordColumn, StateLabel } from '@secret-store/ui';
import { durationInWords } from '@/features/delivery/delivery-words.ts';

type Backend = ProviderHealth['backends'][number];
type Call = Backend['operations'][number] & Pick<Backend, 'backend' | 'isThis'>;

const words: Readonly<Record<Call['operation'], string>> = { create: 'Create', update: 'Update', delete: 'Delete' };

const columns: readonly RecordColumn<Call>[] = [
  {
    title: 'Operation',
    isName: true,
    render: ({ operation, backend, isThis }) => (
      <div>
        <Text fz="sm" fw={500}>
          {words[operation]}
        </Text>
        <Text fz="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {backend}
          {isThis && ' (this backend)'}
        </Text>
      </div>
    ),
  },
  {
    title: 'State',
    render: ({ failingSince, success }) =>
      failingSince !== null ? (
        <StateLabel tone="bad" label="Failing">
          Since <DateTime value={failingSince} />
        </StateLabel>
      ) : success !== null ? (
        <StateLabel tone="good" label="Works" />
      ) : (
        <StateLabel tone="none" label="Not tried" />
      ),
  },
  {
    title: 'Last success',
    render: ({ success }) =>
      success === null ? <Never /> : <When at={success.at} milliseconds={success.milliseconds} />,
  },
  {
    title: 'Last failure',
    render: ({ failure }) =>
      failure === null ? (
        <Never />
      ) : (
        <>
          <When at={failure.at} milliseconds={failure.milliseconds} />
          <Text fz="xs" c="dimmed" maw={320}>
            {failure.reason}
          </Text>
        </>
      ),
  },
];

const Never = () => (
  <Text fz="sm" c="dimmed">
    None
  </Text>
);

const When = ({ at, milliseconds }: { readonly at: string; readonly milliseconds: number }) => (
  <Text fz="sm">
    <DateTime value={at} />, {durationInWords(milliseconds)}
  </Text>
);

/** How the newest writes of each backend ended. */
export const BackendCalls = ({ backends }: Pick<ProviderHealth, 'backends'>) => (
  <RecordTable
    label="Writes by backends"
    columns={columns}
    items={backends.flatMap(({ backend, isThis, operations }) =>
      operations.map((operation): Call => ({ ...operation, backend, isThis })),
    )}
    keyOf={({ backend, operation }) => `${backend} ${operation}`}
  />
);
