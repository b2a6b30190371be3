/** The store cannot start, for a reason that its words tell, and how to fix it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
