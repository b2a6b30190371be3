import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './global.css';
import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core';
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { AppProviders } from '@/shell/app-providers.tsx';
import { geist } from './geist.ts';

export const metadata: Metadata = {
  title: { default: 'Secret Store', template: '%s · Secret Store' },
  description: 'Secrets for algorithms, stored in any vault and decrypted only on workers',
  robots: { index: false },
};

const RootLayout = ({ children }: { readonly children: ReactNode }) => (
  <html lang="en" className={geist} {...mantineHtmlProps}>
    <head>
      <ColorSchemeScript defaultColorScheme="auto" />
    </head>
    <body>
      <AppProviders>{children}</AppProviders>
    </body>
  </html>
);

export default RootLayout;
