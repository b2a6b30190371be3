import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { auditActions } from './audit-actions.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/audit.md'), 'utf8');

it('the table of docs/audit.md has the actions of the code and no others, in the order of the alphabet', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+\.[a-z-]+)` +\| (.+?) +\|$/gm)].map(([, action, tells]) => [
    action,
    tells,
  ]);
  expect(rows).toEqual(Object.entries(auditActions));
  expect(rows).toEqual(rows.toSorted(([left = ''], [right = '']) => (left < right ? -1 : 1)));
});
