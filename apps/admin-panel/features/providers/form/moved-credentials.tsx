'use client';
import { Alert, List, Text } from '@mantine/core';
import { ShieldLockIcon } from '@primer/octicons-react';

interface MovedCredentialsProps {
  readonly keys: readonly string[];
  /** null where it is not known */
  readonly before: readonly string[] | null;
  readonly after: readonly string[];
}

const Places = ({ places }: { readonly places: readonly string[] }) => (places.length === 0 ? 'nowhere' : places.join(', '));

/** Why stored credentials are asked for again. */
export const MovedCredentials = ({ keys, before, after }: MovedCredentialsProps) => (
  <Alert
    color="yellow"
    title={`Give again: ${keys.join(', ')}`}
    icon={<ShieldLockIcon size={18} aria-hidden="true" />}
    role="status"
  >
    <Text fz="sm">
      The provider would connect to other places than before. A stored credential goes nowhere that it was not typed for.
    </Text>
    <List fz="sm" mt={6} spacing={2}>
      {before && (
        <List.Item>
          Until now: <Places places={before} />
        </List.Item>
      )}
      <List.Item>
        From now on: <Places places={after} />
      </List.Item>
    </List>
  </Alert>
);
