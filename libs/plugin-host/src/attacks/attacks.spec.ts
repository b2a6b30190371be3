import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningPlugin } from '../start/start-plugin.ts';
import { descendantsOf } from '../testing/descendants.ts';
import { type Attack, type AttackResult, did, rungs } from './groups/attack.ts';
import { groups } from './groups/groups.ts';
import { isolationOf, type OtherPlugin, runAttack, startAttackPlugin, token } from './run-attack.ts';
import { openTargets } from './targets.ts';

const targets = await openTargets();
const temporary = process.env.TMPDIR;
process.env.TMPDIR = path.join(targets.given.directory, 'private');

afterAll(() => {
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
  targets.close();
});

const said = ({ answer, failure }: AttackResult) => answer ?? failure ?? '';

/** Another plugin with a destination of its own, as the victim. */
const startOther = async (attack: Attack, isolation: ReturnType<typeof isolationOf>) => {
  const before = new Set(descendantsOf(String(process.pid)));
  const plugin = await startAttackPlugin(attack, isolation, targets, {});
  const started = descendantsOf(String(process.pid)).filter((pid) => !before.has(pid));
  const directory = path.join(targets.given.directory, 'private');
  const [folder = ''] = readdirSync(directory);
  return { plugin, otherPid: Number(started.at(-1)), otherSocket: path.join(directory, folder, '0') };
};

/** A matcher, which vitest types as any. */
const anyText: unknown = expect.any(String);

describe.each(rungs)('in %s isolation a plugin', (rung) => {
  const isolation = isolationOf(rung, targets.given.directory);
  const address = `http://127.0.0.1:${targets.given.tcpPort}`;
  let other: OtherPlugin & { readonly plugin: RunningPlugin };

  beforeAll(async () => {
    other = await startOther({ name: 'waits', source: 'return 1;', succeedsIn: [], address }, isolation);
  });
  afterAll(() => other.plugin.close());

  for (const { title, attacks } of groups) {
    const here = attacks.filter(({ refusal }) => rung !== 'none' || refusal === undefined);
    describe.runIf(here.length > 0)(title, () => {
      test.concurrent.each(here.map((attack) => [attack.name, attack] as const))('%s', async (_name, attack) => {
        const result = await runAttack(attack, isolation, targets, other);
        const { succeeded = did, succeedsIn, refusal } = attack;
        const through: readonly string[] = succeedsIn;
        expect({ success: succeeded(result), said: said(result) }).toEqual({
          success: through.includes(rung),
          said: anyText,
        });
        if (refusal) expect(said(result)).toMatch(refusal);
        expect(result.log).not.toContain(token);
      });
    });
  }
});

test('connections that the host opens for a plugin are noticed, so the attacks on metadata would be too', () => {
  expect(targets.hostConnections).toContain('127.0.0.1');
});
