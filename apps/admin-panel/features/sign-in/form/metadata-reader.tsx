'use client';
import { Box, Button, FileButton, Group, Text, Textarea } from '@mantine/core';
import { UploadIcon } from '@primer/octicons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProviderMetadata } from '@secret-store/api/schemas';
import { failureOf } from '@/api/failure.ts';
import { useTRPCClient } from '@/trpc.ts';

interface MetadataReaderProps {
  /** @returns why it does not fit here; null where it does */
  readonly onRead: (metadata: ProviderMetadata) => string | null;
}

const address = /^https?:\/\/\S+$/;

const certificatesIn = ({ certificates: { length } }: ProviderMetadata): string =>
  length === 1 ? '1 certificate' : `${length} certificates`;

/** Fills a form from the metadata of an identity provider. Nothing is saved by it. */
export const MetadataReader = ({ onRead }: MetadataReaderProps) => {
  const client = useTRPCClient();
  const [text, setText] = useState('');
  const read = useMutation({
    mutationFn: (given: string) =>
      client.signInConnections.readMetadata.mutate(address.test(given) ? { address: given } : { xml: given }),
    onSuccess: (metadata) => {
      const problem = onRead(metadata);
      if (problem !== null) throw new RangeError(problem);
    },
  });
  const readFile = async (file: File | null) => {
    if (file === null) return;
    setText('');
    read.mutate(await file.text());
  };
  const problem = read.error instanceof RangeError ? read.error.message : read.error && failureOf(read.error).message;
  return (
    <Box>
      <Textarea
        label="Metadata of the identity provider"
        description="Optional. Paste the XML or its address, or choose the file. It fills in the fields below."
        inputWrapperOrder={['label', 'description', 'input', 'error']}
        placeholder="<EntityDescriptor …> or https://id.example.com/metadata"
        autosize
        minRows={2}
        maxRows={6}
        autoComplete="off"
        spellCheck={false}
        value={text}
        error={problem}
        onChange={({ currentTarget: { value } }) => {
          setText(value);
          read.reset();
        }}
      />
      <Group gap="sm" mt="xs">
        <Button
          variant="default"
          disabled={text.trim() === ''}
          loading={read.isPending}
          onClick={() => read.mutate(text.trim())}
        >
          Read metadata
        </Button>
        <FileButton accept=".xml,application/xml,text/xml" onChange={(file) => void readFile(file)}>
          {(button) => (
            <Button
              {...button}
              variant="default"
              disabled={read.isPending}
              leftSection={<UploadIcon size={16} aria-hidden="true" />}
            >
              Choose a file
            </Button>
          )}
        </FileButton>
      </Group>
      <Text role="status" fz="sm" mt={read.isSuccess ? 'xs' : 0}>
        {read.isSuccess &&
          `Filled in the entity ID, the address and ${certificatesIn(read.data)}. Check them, then save.`}
      </Text>
    </Box>
  );
};
