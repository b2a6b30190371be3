/** Where the host notes what happened to a plugin: ids, closed reasons and counts. A pino logger is one. */
export interface PluginLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}
