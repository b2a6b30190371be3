import { PluginFailure, startPlugin, type PluginSpec } from '@secret-store/plugin-host';
import type { Dependencies } from '../dependencies.ts';
import { faultyKey } from './configuration-fault.ts';

/** What keeps a module from being active: at which step, and the mend. */
export interface Obstacle {
  readonly step: 'configuration' | 'start';
  readonly message: string;
}

export const obstacleOf = (error: unknown): Obstacle => {
  const key = faultyKey(error);
  if (key !== null) {
    return { step: 'configuration', message: `Configuration key ${key} is missing or not accepted. Give it a right value.` };
  }
  if (error instanceof PluginFailure) return { step: 'start', message: `The plugin does not start: ${error.message}.` };
  throw error;
};

/** Runs the plugin with its configuration once, beside the one that is running. Null when it works. */
export const trialStart = async (
  { isolation, sandboxDirectory, log }: Pick<Dependencies, 'isolation' | 'sandboxDirectory' | 'log'>,
  spec: PluginSpec,
): Promise<Obstacle | null> => {
  try {
    const plugin = await startPlugin({ spec, isolation, sandboxDirectory, log });
    await plugin.close();
    return null;
  } catch (error) {
    return obstacleOf(error);
  }
};
