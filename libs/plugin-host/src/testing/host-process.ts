// A host that starts a plugin, lets it run, and then waits to be killed.
import { attackPlugin } from '../attacks/attack-plugin.ts';
import { outlive } from '../attacks/outlive.ts';
import { detectIsolation } from '../start/detect-isolation.ts';
import { isolationModes } from '../isolation/isolation.ts';
import { startPlugin } from '../start/start-plugin.ts';
import { pluginModule } from './module-file.ts';

const [, , sandboxDirectory = '', modeName, attackName] = process.argv;
const mode = isolationModes.find((known) => known === modeName) ?? 'permission';
const silent = { info: () => {}, warn: () => {} };
const attack = outlive.attacks.find(({ name }) => name === attackName);
if (!attack) throw new Error('there is no such attack');

const detected = await detectIsolation({ setting: 'auto', sandboxDirectory });
const plugin = await startPlugin({
  spec: {
    providerId: 'provider-1',
    module: await pluginModule({
      source: attackPlugin(attack.source),
      factories: { AttackFactory: { displayName: 'Attack' } },
    }),
    factoryClassName: 'AttackFactory',
    configuration: new Map([['given', '{}']]),
  },
  isolation: { ...detected, mode },
  sandboxDirectory,
  log: silent,
  limits: { deadlineMilliseconds: 600_000 },
});
void plugin.getSecretVersion(
  { getProviderKey: () => 'attack' },
  { secretId: '', algorithmId: '', environmentVariable: '', version: 1 },
);
process.stdout.write('begun\n');
