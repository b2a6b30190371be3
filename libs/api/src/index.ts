export { type AuditAction, auditActions } from './audit-actions.ts';
export { displayNameOf } from './display-name.ts';
export { reasonReserved, type ReservedVariable, reservedVariables } from './reserved-variables.ts';
export {
  granted,
  grantedInOrganization,
  grantedOnAlgorithm,
  isWithin,
  type OrganizationPermission,
  rolesWithin,
} from './roles.ts';
export { ApiError, type ApiErrorOptions } from './errors.ts';
export * from './schemas/index.ts';
