/** Another worker has the directory. It may be one that is ending, so a later start can succeed. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
}
