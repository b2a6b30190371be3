/** How many secrets one request removes. */
export const removedSecretsMaximum = 500;
