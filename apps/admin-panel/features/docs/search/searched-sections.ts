import { guides } from '@/features/docs/contents.ts';
import { readGuide } from '@/features/docs/guides/read-guide.ts';
import { guideSections } from './guide-sections.ts';
import type { SearchedSection } from './searched-section.ts';

/** All sections of all guides. Runs only while the pages are built. */
export const searchedSections = async (): Promise<readonly SearchedSection[]> => {
  const sections = guides.map(async (guide) =>
    guideSections(await readGuide(guide)).map(({ anchor, heading, text }) => ({
      id: `/docs/${guide.slug}#${anchor}`,
      ...{ guide: guide.title, heading, text },
    })),
  );
  return (await Promise.all(sections)).flat();
};
