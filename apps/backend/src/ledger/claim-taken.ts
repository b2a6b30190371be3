/** Another living row has it. The database's own constraint says the same, unless somebody removed that row. */
export class ClaimTaken extends Error {
  override readonly name = 'ClaimTaken';

  constructor(
    readonly kind: string,
    /** such as `username:ada` */
    readonly claim: string,
  ) {
    super(`${kind} ${claim} is taken`);
  }
}
