import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { DocsFrame } from '@/features/docs/frame/docs-frame.tsx';

export const metadata: Metadata = { title: { default: 'Documentation', template: '%s · Secret Store documentation' } };

const DocsLayout = ({ children }: { readonly children: ReactNode }) => <DocsFrame>{children}</DocsFrame>;

export default DocsLayout;
