import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { planMounts } from './plan-mounts.ts';
import type { SandboxPlaces } from './sandbox-places.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync('/var/tmp/secret-store-plan-mounts-');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

const places = (changes: Partial<SandboxPlaces> = {}): SandboxPlaces => ({
  ...{ directory: folder, temporary: '/tmp', homes: [], installation: '/usr', dataDirectories: [], outOfSight: [] },
  ...{ writable: [], visible: [], cache: null },
  ...changes,
});
const make = (name: string): string => {
  const made = path.join(folder, name);
  mkdirSync(made);
  return made;
};
const hiddenIn = (plan: ReturnType<typeof planMounts>) =>
  plan.mounts.filter(({ kind }) => kind.startsWith('hidden')).map((mount) => mount.path);

test('a socket whose folder is removed while the sandbox is planned is left out', () => {
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  const stays = make('stays');
  const goes = make('goes');
  const plan = planMounts(places(), () => {
    rmSync(goes, { recursive: true });
    return [path.join(goes, 'socket'), path.join(stays, 'socket')];
  });
  expect(hiddenIn(plan)).toEqual([path.join(stays, 'socket')]);
});

test.each(['dataDirectories', 'outOfSight'] as const)('one of the %s that is removed meanwhile is left out', (kind) => {
  const stays = make('stays');
  const plan = planMounts(places({ [kind]: [path.join(folder, 'gone'), stays] }), () => []);
  expect(hiddenIn(plan)).toEqual([stays]);
});
