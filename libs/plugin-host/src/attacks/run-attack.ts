import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import type { Isolation } from '../isolation/isolation.ts';
import { PluginFailure } from '../process/plugin-failure.ts';
import { type RunningPlugin, startPlugin } from '../start/start-plugin.ts';
import { pluginModule } from '../testing/module-file.ts';
import { isolations, recordingLog, sandboxDirectory } from '../testing/sandbox-modes.ts';
import { context, id } from '../testing/start-hostile-plugin.ts';
import { attackPlugin } from './attack-plugin.ts';
import type { Attack, AttackResult, Rung } from './groups/attack.ts';
import type { Targets } from './targets.ts';

/** What must never come out: the configuration of each plugin holds it. */
export const token = 'tok-of-the-attacker-7f3e91';
const secretValue = 'p4ss?word>';

/** The isolation of a rung. `none` is made of the least by a program that drops it. */
export const isolationOf = (rung: Rung, directory: string): Isolation => {
  const known = isolations.find(({ mode }) => mode === rung);
  if (known) return known;
  const program = path.join(directory, 'without-sandbox');
  writeFileSync(
    program,
    `#!/bin/sh\ncd ${directory}\nwhile [ $# -gt 2 ]; do shift; done\nexec ${process.execPath} "$@"\n`,
  );
  chmodSync(program, 0o755);
  return {
    mode: 'permission',
    warning: '',
    programs: { bubblewrap: null, prlimit: null, setpriv: program, unshare: null },
  };
};

/** What the attacks aim at beside the targets: the process and the egress socket of another plugin. */
export interface OtherPlugin {
  readonly otherPid: number;
  readonly otherSocket: string;
}

export const startAttackPlugin = async (
  attack: Attack,
  isolation: Isolation,
  targets: Targets,
  given: object,
  log = recordingLog(),
): Promise<RunningPlugin> => {
  const answers = [...(attack.resolvesTo ?? [])];
  return startPlugin({
    isolation,
    sandboxDirectory,
    log,
    limits: attack.limits,
    resolveHost: () => Promise.resolve([...(answers.shift() ?? [])]),
    spec: {
      providerId: 'provider-1',
      module: await pluginModule({
        source: attackPlugin(attack.source),
        factories: {
          AttackFactory: {
            displayName: 'Attack',
            configuration: [{ key: 'token', secret: true }, { key: 'address' }, { key: 'given' }],
            egress: ['{address}'],
          },
        },
      }),
      factoryClassName: 'AttackFactory',
      configuration: new Map(
        Object.entries({
          token,
          address: attack.address ?? targets.ownAddress,
          given: JSON.stringify({ ...targets.given, ...given }),
        }),
      ),
    },
  });
};

/** Runs an attack once and looks what came of it, on both sides. */
export const runAttack = async (
  attack: Attack,
  isolation: Isolation,
  targets: Targets,
  other: OtherPlugin,
): Promise<AttackResult> => {
  const mark = `mark-${randomUUID()}`;
  const log = recordingLog();
  const plugin = await startAttackPlugin(attack, isolation, targets, { ...other, mark }, log).catch(
    (cause: unknown) => {
      throw new Error(`the plugin did not start: ${log.text()}`, { cause });
    },
  );
  let said: Pick<AttackResult, 'answer' | 'failure'>;
  try {
    said = await answerOf(attack, plugin, mark);
  } finally {
    await plugin.close();
  }
  return { ...said, arrived: await targets.arrivals(mark), hostConnections: targets.hostConnections, log: log.text() };
};

const answerOf = async (
  { operation }: Attack,
  plugin: RunningPlugin,
  mark: string,
): Promise<Pick<AttackResult, 'answer' | 'failure'>> => {
  try {
    if (operation === 'createSecret') {
      const key = await plugin.createSecret(secretValue, context);
      return { answer: `did: ${key.getProviderKey()}`, failure: null };
    }
    const answer = await plugin.getSecretVersion(id('attack'), context);
    if (operation === 'twice')
      return { answer: await plugin.getSecretVersion(id('afterwards'), context), failure: null };
    const unreached = operation === 'openPort' && (await textFrom(answer)) !== mark;
    return { answer: unreached ? 'refused: the port is not on this machine' : answer, failure: null };
  } catch (error) {
    if (error instanceof PluginFailure) return { answer: null, failure: error.reason };
    throw error;
  }
};

/** What a port of this machine says. */
const textFrom = async (answer: string): Promise<string> => {
  const port = Number(/^did: (\d+)$/.exec(answer)?.[1]);
  if (Number.isNaN(port)) return '';
  const socket = connect({ host: '127.0.0.1', port });
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk))).on('error', () => {});
  await once(socket, 'close').catch(() => {});
  return text;
};
