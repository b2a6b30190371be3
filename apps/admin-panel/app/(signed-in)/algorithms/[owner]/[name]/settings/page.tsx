import type { Metadata } from 'next';
import { askAhead } from '@/api/ask-ahead.ts';
import { AlgorithmSettingsPage } from '@/features/algorithms/settings/algorithm-settings-page.tsx';

interface PageProps {
  readonly params: Promise<{ owner: string; name: string }>;
}

export const generateMetadata = async ({ params }: PageProps): Promise<Metadata> => {
  const { owner, name } = await params;
  return { title: `${owner}/${name} settings` };
};

const Page = async ({ params }: PageProps) => {
  const { owner, name } = await params;
  askAhead('algorithms.findByName', { owner, name });
  return <AlgorithmSettingsPage owner={owner} name={name} />;
};

export default Page;
