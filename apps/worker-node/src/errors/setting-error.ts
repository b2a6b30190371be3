/** A setting or a file of the worker's folder is wrong. The message names it and says how to fix it. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}
