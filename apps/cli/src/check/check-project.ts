import { PluginModuleError } from '@secret-store/plugin-host';
import { CommandProblem } from '@secret-store/command-line';
import { type PackedModule, packModule } from '../pack-plugin/pack-module.ts';
import { startOnce } from '../pack-plugin/start-once.ts';
import { checkEgress } from './check-egress.ts';
import { checkInterface } from './check-interface.ts';
import { type CheckPart, failed, passed, skipped } from './check-report.ts';
import { checkTypes } from './check-types.ts';

const manifestPart = 'manifest and bundle';
const startPart = 'starts in the sandbox';

/** All that can be said of a provider's project without a vault. Each part is told as soon as it is known. */
export const checkProject = async (
  directory: string,
  sandboxDirectory: string,
  onPart: (part: CheckPart) => void,
): Promise<CheckPart[]> => {
  const parts: CheckPart[] = [];
  const tell = (part: CheckPart) => {
    parts.push(part);
    onPart(part);
  };
  tell(await checkTypes(directory));
  const packed = await attempt(() => packModule(directory));
  if (typeof packed === 'string') {
    tell(failed(manifestPart, [packed]));
    for (const name of ['interface version', 'egress', startPart]) tell(skipped(name, 'there is no bundle'));
    return parts;
  }
  tell(passed(manifestPart, packed.bundle.warnings));
  tell(await checkInterface(directory, packed.module.manifest.interfaceVersion));
  tell(checkEgress(packed.module.manifest, Buffer.from(packed.bundle.contents).toString('utf8')));
  tell(await checkStart(packed, sandboxDirectory));
  return parts;
};

const checkStart = async ({ module, bundle }: PackedModule, sandboxDirectory: string): Promise<CheckPart> => {
  const isolation = await attempt(async () => ({ mode: await startOnce(module, sandboxDirectory, bundle.sourceMap) }));
  return typeof isolation === 'string' ? failed(startPart, [isolation]) : passed(startPart);
};

/** The answer, or what is wrong in words. */
const attempt = async <T extends object>(work: () => Promise<T>): Promise<T | string> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PluginModuleError) return `${error.message} (rule ${error.rule})`;
    if (error instanceof CommandProblem) return error.message;
    throw error;
  }
};
