import { Badge, Text } from '@mantine/core';
import { DateTime, type RecordColumn } from '@secret-store/ui';

export interface Grantee<Role extends string = string> {
  readonly username: string;
  readonly role: Role;
  readonly expires: string | null;
  readonly isEnded: boolean;
}

/** Who has which role, and until when. */
export const granteeColumns = <Row extends Grantee>(
  id: string,
  labelOf: (role: Row['role']) => string,
): RecordColumn<Row>[] => [
  {
    title: 'User',
    isName: true,
    render: ({ username }) => (
      <Text id={`${id}-${username}`} fw={500} style={{ overflowWrap: 'anywhere' }}>
        {username}
      </Text>
    ),
  },
  { title: 'Role', render: ({ role }) => <Text fz="sm">{labelOf(role)}</Text> },
  {
    title: 'Ends',
    render: ({ expires, isEnded }) =>
      isEnded ? (
        <Badge tt="none" color="red" variant="light">
          Ended
        </Badge>
      ) : (
        <Text fz="sm" c="dimmed">
          {expires === null ? 'Never' : <DateTime value={expires} />}
        </Text>
      ),
  },
];
