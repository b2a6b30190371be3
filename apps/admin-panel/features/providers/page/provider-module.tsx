'use client';
import { Alert, Box, Code, Stack, Text } from '@mantine/core';
import { KeyAsteriskIcon } from '@primer/octicons-react';
import type { ProviderDetails } from '@secret-store/api/schemas';
import { FactList, Section, ShortHash } from '@secret-store/ui';
import { sharesCredentialWarning } from '@/features/providers/shares-credential-warning.ts';
import { GoBack } from './go-back.tsx';

interface ProviderModuleProps {
  readonly details: ProviderDetails;
  /** null: they may not go back */
  readonly onRestored: (() => Promise<void>) | null;
}

const Destinations = ({ destinations }: { readonly destinations: readonly string[] }) =>
  destinations.length === 0 ? (
    'Nothing'
  ) : (
    <Box component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {destinations.map((destination) => (
        <li key={destination}>
          <Code>{destination}</Code>
        </li>
      ))}
    </Box>
  );

/** What is active now, and the way back to the version before it. */
export const ProviderModule = ({ details, onRestored }: ProviderModuleProps) => {
  const { providerId, active, previous, preparation, sharesCredential } = details;
  return (
    <Section
      title="Active module"
      description={
        active
          ? 'What runs now and where it can connect.'
          : preparation
            ? `${preparation.moduleName ?? 'The module'} is uploaded, not active yet.`
            : `No module is active yet.${onRestored === null ? '' : ' Choose its file below.'}`
      }
      {...(active &&
        previous &&
        onRestored && { actions: <GoBack {...{ providerId, active, previous }} onRestored={onRestored} /> })}
    >
      {active && (
        <Stack gap="lg">
          <FactList
            facts={[
              { name: 'File', fact: active.moduleName ?? 'Unnamed' },
              { name: 'Version', fact: active.packageVersion },
              { name: 'SHA-256', fact: <ShortHash hash={active.sha256} what="the SHA-256 of the module" /> },
              { name: 'Connects to', fact: <Destinations destinations={active.destinations} /> },
            ]}
          />
          {sharesCredential && (
            <Alert color="yellow" title="Shared credential" icon={<KeyAsteriskIcon size={18} aria-hidden="true" />}>
              <Text fz="sm">{sharesCredentialWarning}</Text>
            </Alert>
          )}
        </Stack>
      )}
    </Section>
  );
};
