import { Stack, Text } from '@mantine/core';
import type { SignInConnectionInfo } from '@secret-store/api/schemas';
import { CopyableCode, Section } from '@secret-store/ui';

interface ConnectionRegistrationProps {
  readonly connection: SignInConnectionInfo;
}

const addressesOf = (connection: SignInConnectionInfo): readonly (readonly [what: string, address: string])[] =>
  connection.kind === 'oidc'
    ? [['Redirect address', connection.callbackUrl]]
    : [
        ['Metadata and entity ID', connection.metadataUrl],
        ['Assertion consumer service', connection.acsUrl],
      ];

/** What the identity provider has to know of the store. */
export const ConnectionRegistration = ({ connection }: ConnectionRegistrationProps) => {
  return (
    <Section
      title="Register at the identity provider"
      description={
        connection.kind === 'oidc'
          ? 'Enter this address where the identity provider asks for allowed redirects.'
          : 'Give the identity provider the metadata, or both addresses.'
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
      </Stack>
    </Section>
  );
};
