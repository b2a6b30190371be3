import path from 'node:path';
import type { NextConfig } from 'next';

const root = path.resolve(import.meta.dirname, '../..');

const config: NextConfig = {
  output: 'standalone',
  outputFileTracingRoot: root,
  turbopack: { root },
  // packages of this repository are TypeScript
  transpilePackages: ['@secret-store/api', '@secret-store/ui'],
  poweredByHeader: false,
  // where the guides of /docs are read when the pages are built
  env: { repositoryRoot: root },
  // nx runs the type check as a target of its own
  typescript: { ignoreBuildErrors: true },
  experimental: { optimizePackageImports: ['@mantine/core', '@mantine/hooks', '@primer/octicons-react'] },
};

export default config;
