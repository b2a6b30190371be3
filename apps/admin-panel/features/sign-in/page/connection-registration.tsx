'use client';
import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { SignInConnectionInfo } from '@secret-store/api/schemas';
import { CopyableCode, Section, StepList } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { FormFailure } from '@/forms/form-failure.tsx';
import { useTRPC } from '@/trpc.ts';

interface ConnectionRegistrationProps {
  readonly connection: SignInConnectionInfo;
  readonly manages: boolean;
}

const addressesOf = (connection: SignInConnectionInfo): readonly (readonly [what: string, address: string])[] =>
  connection.kind === 'oidc'
    ? [['Redirect address', connection.callbackUrl]]
    : [
        ['Metadata and entity ID', connection.metadataUrl],
        ['Assertion consumer service', connection.acsUrl],
      ];

/** What the identity provider has to know of the store, and whether both fit together. */
export const ConnectionRegistration = ({ connection, manages }: ConnectionRegistrationProps) => {
  const trpc = useTRPC();
  const test = useMutation(trpc.signInConnections.test.mutationOptions());
  return (
    <Section
      title="Register at the identity provider"
      description={
        connection.kind === 'oidc'
          ? 'Enter this address where the identity provider asks for allowed redirects.'
          : 'Give the identity provider the metadata, or both addresses.'
      }
      actions={
        manages && (
          <Button
            variant="default"
            loading={test.isPending}
            onClick={() => test.mutate({ connectionId: connection.id })}
          >
            Test connection
          </Button>
        )
      }
    >
      <Stack gap="md">
        {addressesOf(connection).map(([what, address]) => (
          <div key={what}>
            <Text fz="sm" fw={500} mb={4}>
              {what}
            </Text>
            <CopyableCode code={address} what={what} />
          </div>
        ))}
        <div role="status">
          {test.isSuccess && (
            <>
              <Text fz="sm" fw={500} mb="xs">
                {test.data.works
                  ? 'The connection works. Nobody has signed in by this test.'
                  : 'The connection doesn’t work yet.'}
              </Text>
              <StepList
                label="What was tested"
                steps={test.data.checks.map(({ name, passed, message }) => ({
                  ...{ key: name, label: name, message },
                  state: passed ? ('done' as const) : ('failed' as const),
                }))}
              />
            </>
          )}
        </div>
        <FormFailure failure={test.isError ? failureOf(test.error) : null} title="Couldn’t test the connection" />
      </Stack>
    </Section>
  );
};
