import GithubSlugger from 'github-slugger';
import type { Nodes } from 'mdast';
import { toString } from 'mdast-util-to-string';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';

export interface GuideSection {
  /** of its heading on the page; empty above the first one */
  readonly anchor: string;
  readonly heading: string;
  readonly text: string;
}

const kindsOfBlocks = new Set(['table', 'tableRow', 'list', 'listItem', 'blockquote']);

/** With a space between rows, cells and items, which are no sentence. */
const textOf = (node: Nodes): string =>
  'children' in node && kindsOfBlocks.has(node.type) ? node.children.map(textOf).join(' ') : toString(node);

const parser = unified().use(remarkParse).use(remarkGfm);

/** What is under each heading of a guide. Anchors are those of the page, which GitHub has too. */
export const guideSections = (markdown: string): readonly GuideSection[] => {
  const slugger = new GithubSlugger();
  const sections: { anchor: string; heading: string; texts: string[] }[] = [];
  for (const node of parser.parse(markdown).children) {
    if (node.type === 'html') continue;
    const text = textOf(node);
    if (node.type === 'heading') sections.push({ anchor: slugger.slug(text), heading: text, texts: [] });
    else sections.at(-1)?.texts.push(text);
  }
  return sections.map(({ texts, ...rest }) => ({ ...rest, text: texts.join(' ') }));
};
