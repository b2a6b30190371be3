import type { PluginLimits } from './plugin-limits.ts';
import { bubblewrapCommand } from './bubblewrap-command.ts';
import type { Isolation, IsolationMode } from './isolation.ts';
import { namespacesCommand } from './namespaces-command.ts';
import { permissionCommand } from './permission-command.ts';

export interface SandboxCommandOptions {
  readonly isolation: Isolation;
  readonly limits: PluginLimits;
  readonly runnerFile: string;
  /** on the host; only without bubblewrap, which takes the plugin from a descriptor instead */
  readonly pluginFile: string | null;
  /** the folder of the egress sockets; null where nothing may be reached */
  readonly egressDirectory: string | null;
}

export interface SandboxCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  /** where the egress sockets are for the plugin */
  readonly egressDirectory: string | null;
}

const commands: Record<IsolationMode, (options: SandboxCommandOptions) => SandboxCommand> = {
  bubblewrap: bubblewrapCommand,
  namespaces: namespacesCommand,
  permission: permissionCommand,
};

/** The command that starts Node with the plugin in the isolation that this system has. */
export const sandboxCommand = (options: SandboxCommandOptions): SandboxCommand => commands[options.isolation.mode](options);
