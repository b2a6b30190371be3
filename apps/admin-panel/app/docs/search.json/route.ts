import { searchedSections } from '@/features/docs/search/searched-sections.ts';

export const dynamic = 'force-static';

export const GET = async () => Response.json(await searchedSections());
