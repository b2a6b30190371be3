import { Alert, Anchor, Box, Text } from '@mantine/core';
import { KeyAsteriskIcon } from '@primer/octicons-react';
import { Fragment } from 'react';
import type { ExposedSecretPage } from '@secret-store/api/schemas';
import { paths } from '@/paths.ts';
import { PageLink } from '@/page/page-link.tsx';

/** Vaults whose credential the worker may still know: new values are of no use before that is replaced. */
export const ExposedVaults = ({ providers }: Pick<ExposedSecretPage, 'providers'>) =>
  providers.length > 0 && (
    <Box px="lg" pb="lg">
      <Alert
        color="yellow"
        icon={<KeyAsteriskIcon size={18} aria-hidden="true" />}
        title="Replace the credentials of its vaults first"
      >
        <Text fz="sm">
          {'It may still know how to sign in to '}
          {providers.map(({ id, name }, index) => (
            <Fragment key={id}>
              {index > 0 && ', '}
              <Anchor component={PageLink} href={paths.provider(id)} fz="sm" underline="always">
                {name}
              </Anchor>
            </Fragment>
          ))}
          {'. Make a new credential in the vault, save it in the provider, and revoke the old one in the vault.'}
        </Text>
      </Alert>
    </Box>
  );
