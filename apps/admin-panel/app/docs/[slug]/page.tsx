import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { guides } from '@/features/docs/contents.ts';
import { GuideText } from '@/features/docs/guides/guide-text.tsx';
import { readGuide } from '@/features/docs/guides/read-guide.ts';

interface GuidePageProps {
  readonly params: Promise<{ readonly slug: string }>;
}

/** All guides are pages when the panel is built, and no others come later. */
export const dynamicParams = false;
export const generateStaticParams = () => guides.map(({ slug }) => ({ slug }));

const guideOf = async ({ params }: GuidePageProps) => {
  const { slug } = await params;
  return guides.find((guide) => guide.slug === slug) ?? notFound();
};

export const generateMetadata = async (props: GuidePageProps): Promise<Metadata> => ({
  title: (await guideOf(props)).title,
});

const GuidePage = async (props: GuidePageProps) => {
  const guide = await guideOf(props);
  return <GuideText guide={guide} markdown={await readGuide(guide)} />;
};

export default GuidePage;
