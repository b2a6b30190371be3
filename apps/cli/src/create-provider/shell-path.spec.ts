import { expect, test } from 'vitest';
import { shellPath } from './shell-path.ts';

test.each([
  ['/home/me/store', '/home/me/store/providers/x', 'providers/x'],
  ['/home/me/store/providers/x', '/home/me/store/tools/secret-store', '../../tools/secret-store'],
  ['/home/me/x', '/home/me/store/tools/secret-store', '/home/me/store/tools/secret-store'],
  ['/home/me/store', '/home/me/x', '/home/me/x'],
  ['/home/me', '/home/me', '.'],
  ['/home/me', "/home/me/it's mine", `'it'\\''s mine'`],
])('from %s to %s: %s', (from, to, shown) => {
  expect(shellPath(from, to, '/home/me/store')).toBe(shown);
});
