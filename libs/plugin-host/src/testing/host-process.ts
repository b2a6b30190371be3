// A host that starts a plugin, makes it spin, and then only waits: to be killed.
import { detectIsolation } from '../isolation/detect-isolation.ts';
import { isolationModes } from '../isolation/isolation.ts';
import { startPlugin } from '../process/start-plugin.ts';
import { pluginModule } from './module-file.ts';

const [, , sandboxDirectory = '', modeName] = process.argv;
const mode = isolationModes.find((known) => known === modeName) ?? 'permission';
const silent = { info: () => {}, warn: () => {} };
const source = `export class TestFactory { create() { return { getTtl: () => 0, allowsCreate: () => { for (;;); } }; } }`;

const detected = await detectIsolation({ setting: 'auto', sandboxDirectory });
const plugin = await startPlugin({
  spec: { providerId: 'provider-1', revision: 1, module: await pluginModule({ source }), factoryClassName: 'TestFactory', configuration: new Map() },
  isolation: { ...detected, mode },
  sandboxDirectory,
  log: silent,
  limits: { deadlineMilliseconds: 600_000 },
});
void plugin.allowsCreate();
process.stdout.write('spinning\n');
