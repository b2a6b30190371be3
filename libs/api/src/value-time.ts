/** After so many days a value is worth a look. */
export const oldAfterDays = 90;

/**
 * When a secret got the value that it has. The id of a value is a UUID of version 7, which begins with the milliseconds of its
 * making; the time of the secret itself also moves with its name.
 */
export const valueTime = ({ default_secret_value_id: id }: { readonly default_secret_value_id: string }): Date =>
  new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
