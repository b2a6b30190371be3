'use client';
import { WithProviders } from '@/features/algorithms/with-providers.tsx';
import { ImportForm } from './import-form.tsx';

interface SecretImportProps {
  readonly algorithmId: string;
  readonly initialText: string;
  readonly onDone: () => void;
}

export const SecretImport = (props: SecretImportProps) => (
  <WithProviders>
    {(providers, offers) => <ImportForm {...props} providers={providers} offers={offers} />}
  </WithProviders>
);
