import { bubblewrapCommand } from './bubblewrap-command.ts';
import type { IsolationMode } from './isolation.ts';
import { namespacesCommand } from './namespaces-command.ts';
import { permissionCommand } from './permission-command.ts';
import type { SandboxCommand, SandboxCommandOptions } from './sandbox-command.ts';

const commands: Record<IsolationMode, (options: SandboxCommandOptions) => SandboxCommand> = {
  bubblewrap: bubblewrapCommand,
  namespaces: namespacesCommand,
  permission: permissionCommand,
};

/** The command that starts Node with the plugin in the isolation that this system has. */
export const chooseCommand = (options: SandboxCommandOptions): SandboxCommand =>
  commands[options.isolation.mode](options);
