import nx from '@nx/eslint-plugin';
import { defineConfig } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { folderBoundaries } from './tools/lint/folder-arrows.mjs';
import { moduleBoundaries, noDiagnosis, typesOnly } from './tools/lint/module-boundaries.mjs';

const typescript = ['**/*.ts', '**/*.tsx'];

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      '**/.next/**',
      '**/node_modules/**',
      '**/next-env.d.ts',
      '**/generated/**',
      '**/template/**',
    ],
  },
  tseslint.configs.recommended,
  {
    files: typescript,
    extends: [tseslint.configs.recommendedTypeCheckedOnly],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', moduleBoundaries],
      // an interface that answers promises is also met by what knows the answer at once
      '@typescript-eslint/require-await': 'off',
      // another project that takes the file in may have other types, as Next's for environments
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      // what Node types as any gets its type by the assignment
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    files: ['**/*.spec.ts', '**/testing/**', 'apps/store-e2e/**'],
    rules: {
      // tests read answers without a schema, and fail when these have another form
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['apps/admin-panel/**/*.{ts,tsx}', 'libs/ui/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
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
  noDiagnosis,
  ...folderBoundaries,
  { files: ['tools/**', '**/*.mjs'], rules: { 'no-console': 'off' } },
);
