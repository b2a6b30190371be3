import { permissions, type Role } from '@secret-store/api';
import { describe, expect, it } from 'vitest';
import { can, canAccessAlgorithmsOf, permissionsOf, requirePermission } from './permissions.ts';

const actor = (role: Role) => ({ userId: 'id', username: 'ada', role });

describe('permissions', () => {
  it('an administrator has them all', () => {
    expect(permissionsOf(actor('admin'))).toEqual([...permissions]);
  });

  it('a user manages algorithms under the own name, chooses a provider, and does nothing else', () => {
    expect(permissions.filter((permission) => can(actor('user'), permission))).toEqual([
      'providers.use',
      'own-account.manage',
      'own-algorithms.manage',
    ]);
    expect(canAccessAlgorithmsOf(actor('user'), 'ada', 'algorithms.manage')).toBe(true);
    for (const access of ['algorithms.read', 'algorithms.manage'] as const) {
      expect(canAccessAlgorithmsOf(actor('user'), 'grace', access)).toBe(false);
      expect(canAccessAlgorithmsOf(actor('admin'), 'grace', access)).toBe(true);
    }
  });

  it('are required with 2001', () => {
    expect(() => requirePermission(actor('user'), 'providers.manage')).toThrowError(
      expect.objectContaining({ code: 2001, status: 403 }),
    );
    expect(() => requirePermission(actor('admin'), 'providers.manage')).not.toThrow();
  });
});
