/** From the file's arrival to its use, in this order. What a provider does not allow is left out by its `allows…`. */
export const preparationSteps = [
  'received',
  'format',
  'hash',
  'signature',
  'start',
  'configuration',
  'create',
  'read',
  'update',
  'delete',
  'stored',
  'active',
] as const;
