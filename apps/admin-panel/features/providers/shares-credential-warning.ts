/** Said wherever one credential serves the backend and the workers. */
export const sharesCredentialWarning = 'The backend could read this vault: give the workers a credential of their own.';
