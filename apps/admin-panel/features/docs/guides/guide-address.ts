import path from 'node:path/posix';
import { guides } from '@/features/docs/contents.ts';

const anySite = /^[a-z]+:/;

const addresses = new Map(guides.map(({ slug, file }) => [file, `/docs/${slug}`]));

/**
 * Where a link of a guide leads: to the page of another guide, or to where it says.
 * @param file the guide that the link is in
 * @returns null for a file of the repository that has no page
 */
export const guideAddress = (file: string, link: string): string | null => {
  if (link.startsWith('#') || anySite.test(link)) return link;
  const [target = '', anchor] = link.split('#');
  const linked = path.join(path.dirname(file), target);
  const address = addresses.get(linked) ?? addresses.get(path.join(linked, 'README.md'));
  if (address === undefined) return null;
  return anchor === undefined ? address : `${address}#${anchor}`;
};

/** What to call the guide at an address, whose link names a file. */
export const titleOf = (address: string): string =>
  guides.find(({ slug }) => address.replace(/#.*/, '') === `/docs/${slug}`)?.title ?? address;
