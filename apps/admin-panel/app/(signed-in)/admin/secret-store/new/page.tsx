import type { Metadata } from 'next';
import { PageHeader, Section } from '@secret-store/ui';
import { BackLink } from '../../../../../components/back-link.tsx';
import { IsolationWarning } from '../../../../../components/isolation-warning.tsx';
import { ProviderForm } from '../../../../../forms/provider-form.tsx';
import { paths } from '../../../../../paths.ts';

export const metadata: Metadata = { title: 'New provider' };

const Page = () => (
  <>
    <PageHeader
      title="New provider"
      description="A plugin that keeps secrets in an outside vault. It runs in a process of its own, with this configuration and nothing else."
      above={<BackLink path={paths.providers} label="Secret providers" />}
    />
    <IsolationWarning />
    <Section title="Provider">
      <ProviderForm />
    </Section>
  </>
);

export default Page;
