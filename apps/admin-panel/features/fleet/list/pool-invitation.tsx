'use client';
import { Stack, Text } from '@mantine/core';
import type { PoolInfo } from '@secret-store/api/schemas';
import { CopyableCode, TextWithCode } from '@secret-store/ui';

export type InvitedPool = Pick<PoolInfo, 'name' | 'keyId'>;

/** How a worker joins the pool. The token is made on a worker: the store itself has no key that could sign one. */
export const PoolInvitation = ({ pool: { name, keyId } }: { readonly pool: InvitedPool }) => {
  const inviter = keyId === null ? 'default' : name;
  return (
    <Stack gap="lg">
      <div>
        <Text fz="sm" mb={6}>
          <TextWithCode
            text={`1. On a worker of the pool ${inviter}, make a join token. It lets one worker in within an hour; \`--uses\` and \`--ttl\` change that.`}
          />
        </Text>
        <CopyableCode what="the command that makes a token" code={`tools/secret-store invite --pool ${name}`} />
      </div>
      <div>
        <Text fz="sm" mb={6}>
          2. On the new machine, start the worker with the token. It remembers what it needs: later starts go without.
        </Text>
        <CopyableCode
          what="the command that joins"
          code={`tools/secret-store worker --url ${window.location.origin} --join TOKEN`}
        />
      </div>
      <Text fz="sm" c="dimmed">
        {keyId === null
          ? 'The first worker makes the key of the pool. Then you can let algorithms run in it, in their settings.'
          : `A worker of the pool ${name} has to be online to let the new one in.`}{' '}
        <TextWithCode text="Without a worker at hand, add `--recovery-file FILE` to the first command and run it anywhere." />
      </Text>
    </Stack>
  );
};
