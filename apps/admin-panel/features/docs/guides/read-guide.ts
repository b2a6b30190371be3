import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Guide } from '@/features/docs/contents.ts';

/** The Markdown of a guide. Runs only while the pages are built. */
export const readGuide = ({ file }: Guide): Promise<string> =>
  readFile(path.join(/* turbopackIgnore: true */ process.env.repositoryRoot ?? '', file), 'utf8');
