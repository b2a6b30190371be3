import { Typography } from '@mantine/core';
import { toString } from 'hast-util-to-string';
import Markdown, { type Components } from 'react-markdown';
import rehypeSlug from 'rehype-slug';
import remarkGfm from 'remark-gfm';
import { CopyableCode } from '@secret-store/ui';
import type { Guide } from '@/features/docs/contents.ts';
import { PageLink } from '@/page/page-link.tsx';
import { guideAddress, titleOf } from './guide-address.ts';
import classes from './guide-text.module.css';

const componentsOf = ({ file }: Guide): Components => ({
  a: ({ href = '', children, node }) => {
    const address = guideAddress(file, href);
    if (address === null) return <span>{children}</span>;
    if (!address.startsWith('/')) return <a href={address}>{children}</a>;
    const text = node === undefined ? '' : toString(node);
    return <PageLink href={address}>{text.endsWith('.md') ? titleOf(address) : children}</PageLink>;
  },
  h2: ({ id, children }) => (
    <h2 id={id}>
      <a href={`#${id}`} className={classes.anchor}>
        {children}
      </a>
    </h2>
  ),
  pre: ({ node }) => <CopyableCode code={node === undefined ? '' : toString(node).trimEnd()} what="the example" />,
  table: ({ children }) => (
    <div className={classes.table} tabIndex={0} role="group" aria-label="Table">
      <table>{children}</table>
    </div>
  ),
});

/** A guide's Markdown as a page. Raw HTML in it is left out. */
export const GuideText = ({ guide, markdown }: { readonly guide: Guide; readonly markdown: string }) => (
  <Typography className={classes.text ?? ''}>
    <Markdown remarkPlugins={[remarkGfm]} rehypePlugins={[rehypeSlug]} skipHtml components={componentsOf(guide)}>
      {markdown}
    </Markdown>
  </Typography>
);
