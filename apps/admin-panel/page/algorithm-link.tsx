import { Anchor, type AnchorProps } from '@mantine/core';
import { paths } from '@/paths.ts';
import { PageLink } from './page-link.tsx';

interface AlgorithmLinkProps extends Pick<AnchorProps, 'fw' | 'fz'> {
  readonly owner: string;
  readonly name: string;
}

export const AlgorithmLink = ({ owner, name, ...style }: AlgorithmLinkProps) => (
  <Anchor component={PageLink} href={paths.algorithmSettings(owner, name)} {...style}>
    {owner}/{name}
  </Anchor>
);
