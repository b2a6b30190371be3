import type { Metadata } from 'next';
import { PageHeader, Section } from '@secret-store/ui';
import { ProviderForm } from '@/features/providers/form/provider-form.tsx';
import { IsolationWarning } from '@/features/providers/isolation-warning.tsx';
import { PermissionGate } from '@/features/session/permission-gate.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { BackLink } from '@/page/back-link.tsx';
import { paths } from '@/paths.ts';

export const metadata: Metadata = { title: 'New provider' };

const Page = () => (
  <PermissionGate permission="providers.manage">
    <PageHeader
      title="New provider"
      description="A plugin that stores secrets in an external vault. It runs in its own process, with only this configuration."
      above={<BackLink path={paths.providers} label="Secret providers" />}
    />
    <SignedIn>
      <IsolationWarning above="the form">
        <Section title="Provider">
          <ProviderForm />
        </Section>
      </IsolationWarning>
    </SignedIn>
  </PermissionGate>
);

export default Page;
