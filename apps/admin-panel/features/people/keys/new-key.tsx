'use client';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { AlertIcon } from '@primer/octicons-react';
import { CopyableCode } from '@secret-store/ui';

interface NewKeyProps {
  readonly apiKey: string;
  readonly onDone: () => void;
}

/** The only time that a key is shown. */
export const NewKey = ({ apiKey, onDone }: NewKeyProps) => (
  <Stack gap="md">
    <Alert color="yellow" icon={<AlertIcon size={18} aria-hidden="true" />} title="Copy the key now">
      <Text fz="sm">It is shown only once. The store keeps a hash of it and can&rsquo;t show it again.</Text>
    </Alert>
    <CopyableCode code={apiKey} what="the API key" />
    <Text fz="sm" c="dimmed">
      Send it as <code>Authorization: Bearer &lt;key&gt;</code>.
    </Text>
    <Group justify="flex-end">
      <Button onClick={onDone}>Done</Button>
    </Group>
  </Stack>
);
