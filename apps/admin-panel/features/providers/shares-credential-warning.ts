/** Shown wherever the backend and the workers use the same credential. */
export const sharesCredentialWarning =
  'The backend can read this vault. Give workers a separate, read-only credential.';
