import type { Isolation } from './isolation.ts';
import type { PluginLimits } from './plugin-limits.ts';

export interface SandboxCommandOptions {
  readonly isolation: Isolation;
  readonly limits: PluginLimits;
  readonly runnerFile: string;
  /** on the host; only without bubblewrap, which takes the plugin from a descriptor instead */
  readonly pluginFile: string | null;
  /** the folder of the egress sockets; null if nothing may be reached */
  readonly egressDirectory: string | null;
}

export interface SandboxCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  /** where the egress sockets are for the plugin */
  readonly egressDirectory: string | null;
}
