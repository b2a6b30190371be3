import { permissions, type Role } from '@secret-store/api';
import { describe, expect, it } from 'vitest';
import { can, canAccessAlgorithmsOf, lesserRole, mayGive, permissionsOf, requirePermission } from './permissions.ts';

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

  it('a viewer reads what the admin panel shows, an auditor the audit too, and neither changes more than the own account', () => {
    const reading = [
      'providers.use',
      'providers.read',
      'workers.read',
      'users.read',
      'own-account.manage',
      'webhooks.read',
    ];
    expect(permissionsOf(actor('viewer'))).toEqual([...reading, 'organizations.read', 'algorithms.read']);
    expect(permissionsOf(actor('auditor'))).toEqual([
      ...reading,
      'audit.read',
      'organizations.read',
      'algorithms.read',
    ]);
  });

  it("a key may do what both its role and its owner's may, also where neither role holds the other", () => {
    expect(permissionsOf({ ...actor('viewer'), ownerRole: 'user' })).toEqual(['providers.use', 'own-account.manage']);
    expect(permissionsOf({ ...actor('admin'), ownerRole: 'viewer' })).toEqual(permissionsOf(actor('viewer')));
    expect(lesserRole('viewer', 'user')).toBe('viewer');
    expect(lesserRole('admin', 'user')).toBe('user');
    expect(lesserRole('viewer', 'auditor')).toBe('viewer');
    expect(mayGive(actor('user'), 'viewer')).toBe(false);
    expect(mayGive(actor('auditor'), 'viewer')).toBe(true);
  });

  it('are required with 2001', () => {
    expect(() => requirePermission(actor('user'), 'providers.manage')).toThrowError(
      expect.objectContaining({ code: 2001, status: 403 }),
    );
    expect(() => requirePermission(actor('admin'), 'providers.manage')).not.toThrow();
  });
});
