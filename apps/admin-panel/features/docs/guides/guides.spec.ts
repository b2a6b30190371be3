import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { expect, test } from 'vitest';
import { guides } from '@/features/docs/contents.ts';
import { guideSections } from '@/features/docs/search/guide-sections.ts';
import { guideAddress } from './guide-address.ts';

const root = path.resolve(import.meta.dirname, '../../../../..');

/** For those who change the store itself. */
const forDevelopers = ['add-a-provider.md', 'live-tests.md'];

interface Node {
  readonly type: string;
  readonly url?: string;
  readonly children?: readonly Node[];
}

const linksOf = ({ type, url, children = [] }: Node): readonly string[] => [
  ...(type === 'link' && url !== undefined ? [url] : []),
  ...children.flatMap(linksOf),
];

const read = (file: string) => readFile(path.join(root, file), 'utf8');

test('every guide of the repository that is for users has a page', () => {
  const files = readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const shown = guides.flatMap(({ file }) => (file.startsWith('docs/') ? [path.basename(file)] : []));
  expect(files.toSorted()).toEqual([...shown, ...forDevelopers].toSorted());
});

test('every link between guides leads to a page, and to a heading that is on it', async () => {
  const addresses = new Set<string>();
  const links: string[] = [];
  for (const { slug, file } of guides) {
    const markdown = await read(file);
    addresses.add(`/docs/${slug}`);
    for (const { anchor } of guideSections(markdown)) addresses.add(`/docs/${slug}#${anchor}`);
    const parsed: Node = unified().use(remarkParse).use(remarkGfm).parse(markdown);
    for (const link of linksOf(parsed)) {
      const address = guideAddress(file, link);
      if (address?.startsWith('#')) links.push(`/docs/${slug}${address}`);
      else if (address?.startsWith('/')) links.push(address);
    }
  }
  expect(links.length).toBeGreaterThan(30);
  expect(links.filter((link) => !addresses.has(link))).toEqual([]);
});

test('a link to a file that has no page is no link', () => {
  expect(guideAddress('docs/faults.md', 'decisions/0047-through-an-outage.md')).toBeNull();
  expect(guideAddress('docs/faults.md', '../ARCHITECTURE.md')).toBeNull();
  expect(guideAddress('docs/faults.md', 'https://example.com/x')).toBe('https://example.com/x');
  expect(guideAddress('docs/manage-a-provider.md', '../libs/provider-vault')).toBe('/docs/provider-vault');
});

test('what is searched of a table keeps its cells apart', () => {
  const [section] = guideSections('# Codes\n\n| code | meaning |\n| --- | --- |\n| 69 | away |\n');
  expect(section).toEqual({ anchor: 'codes', heading: 'Codes', text: 'code meaning 69 away' });
});
