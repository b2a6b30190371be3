/** By its stable code: the class belongs to the plugin interface, which the backend does not import. */
export const isSecretNotFound = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'SECRET_NOT_FOUND';
