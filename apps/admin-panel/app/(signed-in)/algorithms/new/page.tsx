import type { Metadata } from 'next';
import { PageHeader, Section } from '@secret-store/ui';
import { AlgorithmCreateForm } from '@/features/algorithms/list/algorithm-create-form.tsx';
import { PermissionGate } from '@/features/session/permission-gate.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { BackLink } from '@/page/back-link.tsx';
import { paths } from '@/paths.ts';

export const metadata: Metadata = { title: 'New algorithm' };

const Page = () => (
  <PermissionGate permission="own-algorithms.manage" title="You can’t create algorithms">
    <PageHeader
      title="New algorithm"
      description="Identifies your code to workers and groups its secrets."
      above={<BackLink path={paths.algorithms} label="Algorithms" />}
    />
    <SignedIn>
      <Section title="Owner and name">
        <AlgorithmCreateForm />
      </Section>
    </SignedIn>
  </PermissionGate>
);

export default Page;
