'use client';
import { Alert, List, Text } from '@mantine/core';
import { ShieldLockIcon } from '@primer/octicons-react';

interface MovedCredentialsProps {
  /** of the stored values to re-enter */
  readonly labels: readonly string[];
  /** null where it is not known */
  readonly before: readonly string[] | null;
  readonly after: readonly string[];
}

const Places = ({ places }: { readonly places: readonly string[] }) =>
  places.length === 0 ? 'nowhere' : places.join(', ');

/** Why stored credentials have to be entered again. */
export const MovedCredentials = ({ labels, before, after }: MovedCredentialsProps) => (
  <Alert
    color="yellow"
    title={`Re-enter ${labels.join(', ')}`}
    icon={<ShieldLockIcon size={18} aria-hidden="true" />}
    role="status"
  >
    <Text fz="sm">
      The provider would connect somewhere else. Stored credentials are sent only to the address they were entered for.
    </Text>
    <List fz="sm" mt={6} spacing={2}>
      {before && (
        <List.Item>
          Before: <Places places={before} />
        </List.Item>
      )}
      <List.Item>
        After: <Places places={after} />
      </List.Item>
    </List>
  </Alert>
);
