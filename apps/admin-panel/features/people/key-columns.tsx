import { Badge, Text } from '@mantine/core';
import { DateTime, type RecordColumn } from '@secret-store/ui';

interface Key {
  readonly expires: string | null;
  readonly lastUsed: string | null;
}

const Moment = ({ value, none }: { readonly value: string | null; readonly none: string }) => (
  <Text fz="sm" c="dimmed">
    {value === null ? none : <DateTime value={value} />}
  </Text>
);

const isOver = ({ expires }: Key): boolean => expires !== null && new Date(expires) <= new Date();

/** How long a key works, and whether it is used: of API keys and SCIM keys. */
export const keyColumns: readonly RecordColumn<Key>[] = [
  {
    title: 'Expires',
    render: (key) =>
      isOver(key) ? (
        <Badge tt="none" color="red" variant="light">
          Expired
        </Badge>
      ) : (
        <Moment value={key.expires} none="Never" />
      ),
  },
  { title: 'Last used', render: ({ lastUsed }) => <Moment value={lastUsed} none="Not yet" /> },
];
