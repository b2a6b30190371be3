import { Anchor, type AnchorProps } from '@mantine/core';
import Link from 'next/link';
import { paths } from '@/paths.ts';

interface AlgorithmLinkProps extends Pick<AnchorProps, 'fw' | 'fz'> {
  readonly owner: string;
  readonly name: string;
}

export const AlgorithmLink = ({ owner, name, ...style }: AlgorithmLinkProps) => (
  <Anchor component={Link} href={paths.algorithmSettings(owner, name)} {...style}>
    {owner}/{name}
  </Anchor>
);
