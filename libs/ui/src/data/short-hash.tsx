'use client';
import { ActionIcon, Code, CopyButton, Group } from '@mantine/core';
import { CheckIcon, CopyIcon } from '@primer/octicons-react';

/** The start of a long hash, with a button that copies all of it. */
export const ShortHash = ({ hash, what }: { readonly hash: string; readonly what: string }) => (
  <Group component="span" gap={4} wrap="nowrap" display="inline-flex">
    <Code title={hash}>{hash.slice(0, 12)}…</Code>
    <CopyButton value={hash}>
      {({ copied, copy }) => (
        <ActionIcon
          title={copied ? 'Copied' : 'Copy'}
          variant="subtle"
          color="gray"
          size={24}
          onClick={copy}
          aria-label={copied ? `Copied ${what}` : `Copy ${what}`}
        >
          {copied ? <CheckIcon size={14} aria-hidden="true" /> : <CopyIcon size={14} aria-hidden="true" />}
        </ActionIcon>
      )}
    </CopyButton>
  </Group>
);
