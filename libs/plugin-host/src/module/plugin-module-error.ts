/** A module file breaks a rule. `rule` is a short stable name; the message says what is wrong and how to fix it. */
export class PluginModuleError extends Error {
  override readonly name = 'PluginModuleError';
  readonly code = 'PLUGIN_MODULE_INVALID';

  constructor(
    readonly rule: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
