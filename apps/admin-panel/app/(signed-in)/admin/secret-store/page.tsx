import type { Metadata } from 'next';
import { PageHeader, Section } from '@secret-store/ui';
import { IsolationWarning } from '@/features/providers/isolation-warning.tsx';
import { LeftBehind } from '@/features/providers/list/left-behind.tsx';
import { NewProviderButton } from '@/features/providers/list/new-provider-button.tsx';
import { PluginGuide } from '@/features/providers/list/plugin-guide.tsx';
import { ProviderList } from '@/features/providers/list/provider-list.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';

export const metadata: Metadata = { title: 'Secret providers' };

const Page = () => (
  <>
    <PageHeader
      title="Secret providers"
      description="Where secret values are stored: in this store or, through a plugin, in an external vault. The default is used when a secret doesn’t name a provider."
      actions={<NewProviderButton />}
    />
    <SignedIn>
      <IsolationWarning above="the secret providers">
        <Section title="Providers" isFlush>
          <ProviderList />
        </Section>
        <LeftBehind />
        <PluginGuide />
      </IsolationWarning>
    </SignedIn>
  </>
);

export default Page;
