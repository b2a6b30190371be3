import nx from '@nx/eslint-plugin';
import { defineConfig } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { folderBoundaries } from './tools/lint/folder-arrows.mjs';
import { moduleBoundaries, typesOnly } from './tools/lint/module-boundaries.mjs';

const typescript = ['**/*.ts', '**/*.tsx'];

export default defineConfig(
  {
    ignores: ['**/dist/**', '**/.next/**', '**/node_modules/**', '**/next-env.d.ts', '**/generated/**', '**/template/**'],
  },
  tseslint.configs.recommended,
  {
    files: typescript,
    extends: [tseslint.configs.recommendedTypeCheckedOnly, reactHooks.configs.flat.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: { '@nx/enforce-module-boundaries': ['error', moduleBoundaries] },
  },
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  typesOnly,
  ...folderBoundaries,
  { files: ['tools/**', '**/*.mjs'], rules: { 'no-console': 'off' } },
);
